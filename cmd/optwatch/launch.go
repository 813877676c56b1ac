package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/serve"
	"optwatch/train/record"
)

// apartError says why there can be no process that outlives the terminal.
type apartError struct{ error }

// launch trains in a process of its own, and shows its screen here.
func (s *sitting) launch(cmd *cobra.Command) error {
	if s.from != nil {
		return launch(cmd, s.from.about.ID, s.from.path, s.arguments, s.look())
	}
	return launch(cmd, "", s.record, s.arguments, s.look())
}

// launch starts this program with some arguments as a process of its own, which
// holds a record, and shows its screen here. Without an ID the record is a new one,
// in the state folder where it has no path.
func launch(cmd *cobra.Command, id, path string, arguments []string, l serve.Look) error {
	folder, err := record.DefaultFolder()
	if err != nil {
		return apartError{err}
	}
	if id == "" {
		var fresh string
		if id, fresh, err = folder.New(); err != nil {
			return apartError{err}
		}
		if path == "" {
			path = fresh
		}
	}
	socket, err := serve.SocketPath(folder.Path, id)
	if err == nil {
		err = serve.Launch(cmd.Context(), append(arguments, "--held="+id), socket, folder.Log(id))
	}
	switch {
	case cmd.Context().Err() != nil:
		return errInterrupted
	case err != nil:
		return apartError{err}
	}
	return look(cmd, path, socket, l)
}

// look is how the flags want the screen.
func (f *screenFlags) look() serve.Look {
	return serve.Look{ASCII: f.ascii, NoColor: f.colourless(), NoMouse: f.noMouse, FPS: f.frames(), Plot: f.plot.Plot, Theme: string(f.theme), Keys: f.keys, Fresh: f.fresh}
}

// look shows the screen of the process that holds a record on this terminal, and
// says what has become of it when the viewer leaves.
func look(cmd *cobra.Command, path, socket string, l serve.Look) error {
	in, out := cmd.InOrStdin().(*os.File), cmd.OutOrStdout().(*os.File) // hasScreen has looked
	err := serve.Attach(cmd.Context(), socket, in, out, l)
	if errors.Is(err, context.Canceled) && cmd.Context().Err() != nil {
		err = errInterrupted
	}
	if errors.Is(err, serve.ErrGone) { // its connection goes a moment before what else it had
		ctx, stop := context.WithTimeout(cmd.Context(), 5*time.Second)
		_ = awaitRelease(ctx, path)
		stop()
	}
	if err == nil || errors.Is(err, errInterrupted) || errors.Is(err, serve.ErrGone) {
		whereabouts(cmd, path)
	}
	return err
}

// whereabouts says where an experiment is to be found that this terminal has
// been looking at.
func whereabouts(cmd *cobra.Command, path string) {
	summary, err := summarise(path)
	if errors.Is(err, fs.ErrNotExist) { // nothing ever began, as the screen has said, or somebody removed it
		return
	}
	if err != nil {
		complain(cmd, "its record: %v", err)
		return
	}
	id := called(summary.ID, path)
	switch summary.Status {
	case record.Live:
		complain(cmd, "%[1]s goes on: optwatch attach %[1]s shows it again, optwatch stop %[1]s ends it", id)
	default:
		complain(cmd, "%s: %s", standsAs(summary, id, " and saved"), ways(summary, id))
	}
}

// standsAs says how a record stands that no process holds, and of one that can go
// on what else is to be said.
func standsAs(s record.Summary, id, more string) string {
	switch {
	case isWatch(s.About):
		return id + " has ended"
	case s.Status == record.Finished:
		return id + " has finished"
	}
	return id + " is " + s.Status.String() + more
}

// nextOf is the command that takes up what was recorded.
func nextOf(s record.Summary) string {
	if isWatch(s.About) || s.Status == record.Finished {
		return plays
	}
	return goesOn
}

// called is what a record is called in commands: its ID if it lies where they look
// for that, else its file.
func called(id, path string) string {
	asked, err := os.Stat(path)
	if err != nil {
		return id
	}
	if folder, err := record.DefaultFolder(); err == nil {
		if found, err := os.Stat(folder.File(id)); err == nil && os.SameFile(asked, found) {
			return id
		}
	}
	return absolute(path)
}

// summarise is a record in a few words.
func summarise(path string) (record.Summary, error) {
	r, err := record.Open(path)
	if err != nil {
		return record.Summary{}, err
	}
	defer r.Close()
	return r.Summary()
}
