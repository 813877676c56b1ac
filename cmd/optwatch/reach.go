package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/serve"
	"optwatch/train/device"
	"optwatch/train/record"
	"optwatch/tui/draw"
)

// The commands that reach an experiment in another process.

// live is the record of a live experiment, and where its process is reached.
func live(args []string) (path string, h record.Holder, err error) {
	folder, err := record.DefaultFolder()
	if err != nil {
		return "", h, err
	}
	id := ""
	if len(args) > 0 {
		id = args[0]
	}
	if path, err = folder.Find(id); err != nil {
		return "", h, usageError{noneLive(folder, err)}
	}
	h, held := record.Held(path)
	switch {
	case !held:
		s, err := summarise(path)
		if err != nil {
			return "", h, err
		}
		name, next := called(s.ID, path), ""
		if nextOf(s) == goesOn {
			next = "optwatch resume " + name + " goes on with it, "
		}
		return "", h, fmt.Errorf("%s: %s"+plays, standsAs(s, name, ""), next, name)
	case h.Socket == "":
		return "", h, fmt.Errorf("%s is held by process %d on %s, which cannot be reached", path, h.PID, h.Host)
	}
	return path, h, nil
}

// noneLive says, where nothing runs, how to see what ran last.
func noneLive(folder record.Folder, err error) error {
	if !errors.Is(err, record.ErrNoneLive) {
		return err
	}
	list, failed := folder.List()
	if failed != nil {
		return err
	}
	for _, s := range list {
		if s.Damage == nil {
			next := fmt.Sprintf(nextOf(s)+", ", s.ID)
			if nextOf(s) == goesOn {
				next += fmt.Sprintf(plays+", ", s.ID)
			}
			return fmt.Errorf("%w: the latest, %s, %s: %soptwatch runs lists all", record.ErrNoneLive, draw.Clean(s.Name), standsAs(s, s.ID, ""), next)
		}
	}
	return fmt.Errorf("%w, and nothing has been recorded in %s: optwatch without more begins", record.ErrNoneLive, folder.Path)
}

// unheard is an error of reaching a live experiment. Where its socket is gone and
// its process is not, as when somebody has tidied a folder up, it says what is
// left to do.
func unheard(args []string, err error) error {
	if !errors.Is(err, serve.ErrUnheard) {
		return err
	}
	path, h, over := live(args)
	if over != nil { // it has ended in between
		return over
	}
	name, next := path, goesOn
	if s, err := summarise(path); err == nil {
		name = called(s.ID, path)
		if isWatch(s.About) {
			next = plays
		}
	}
	if host, _ := os.Hostname(); device.Printable(host) != h.Host {
		return fmt.Errorf("%s is live in process %d on %s, and is reached there alone", name, h.PID, h.Host)
	}
	return fmt.Errorf("%s is live in process %d, and is reached no more: %w; kill %[2]d ends it, saved, and then %[4]s", name, h.PID, err, fmt.Sprintf(next, name))
}

// attachCommand is optwatch attach.
func attachCommand() *cobra.Command {
	var screen screenFlags
	var readOnly bool
	cmd := &cobra.Command{
		Use:   "attach [ID]",
		Short: "Open the screen of a live experiment again",
		Long: `attach opens the screen of a live experiment or watch on this terminal. Several may look at
one at a time, each with a size, colours, focus and zoom of its own. Without an
ID it is the only live one.`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeRecords(false, isLive),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkBounds(screen.boundFPS()); err != nil {
				return err
			}
			path, h, err := live(args)
			if err != nil {
				return err
			}
			if !hasScreen(cmd) {
				return usageError{errors.New("this is no terminal to draw on; optwatch status says in text how it stands")}
			}
			l := screen.look()
			l.ReadOnly = readOnly
			return unheard(args, look(cmd, path, h.Socket, l))
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&readOnly, "read-only", false, "look, and drive nothing")
	include(cmd.Flags(), screen.group())
	return cmd
}

// ask sends words to a live experiment and ends with the status that it answers.
func ask(cmd *cobra.Command, args []string, words ...string) error {
	_, h, err := live(args)
	if err != nil {
		return err
	}
	status, err := serve.Ask(cmd.Context(), h.Socket, words, cmd.OutOrStdout(), cmd.ErrOrStderr())
	switch {
	case cmd.Context().Err() != nil:
		return errInterrupted
	case err != nil:
		return unheard(args, err)
	case status != exitOK:
		return serve.StatusError(status)
	}
	return nil
}

func stopCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "stop [ID]",
		Short:             "End a live experiment, saved so that it can go on",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeRecords(false, isLive),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, _, err := live(args)
			if err != nil {
				return err
			}
			if err := ask(cmd, []string{path}, "stop"); err != nil {
				return err
			}
			if err := awaitRelease(cmd.Context(), path); err != nil {
				return err
			}
			s, err := summarise(path)
			if err == nil && s.Status == record.Interrupted {
				err = fmt.Errorf("%s has ended and was not saved to its end: its log says why", s.ID)
			}
			return err
		},
	}
}

// awaitRelease waits until nobody holds a record: it is saved then.
func awaitRelease(ctx context.Context, path string) error {
	for {
		if _, held := record.Held(path); !held {
			return nil
		}
		select {
		case <-ctx.Done():
			return errInterrupted
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "status [ID]",
		Short:             "Say in a few lines how a live experiment stands",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeRecords(false, isLive),
		RunE: func(cmd *cobra.Command, args []string) error {
			words := []string{"status"}
			if asJSON {
				words = append(words, "--json")
			}
			return ask(cmd, args, words...)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write a JSON object")
	return cmd
}

func tellCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "tell ID RUN ACTION … | tell PATH ACTION …",
		Short: "Drive a live experiment from a script",
		Long: `tell sends commands to a run of a live experiment, in their order, and prints what
has become of each: done, or refused with the reason, which is exit status 1.

    pause  resume  step  stop  restart  branch
    KEY=VALUE       a setting of the run, such as lr=0.05 or batch=128
    switch=RECIPE   another method; the parameters stay
    drop=CLIENT  rejoin=CLIENT    of a federated run

"tell ID add RECIPE" adds a run, "tell ID all pause" and "all resume" are for all.
Of a federation over machines "tell ID line" prints how clients join ("line new"
after making another secret), "tell ID admit KEY" lets in one that waits, by its
key's fingerprint, "refuse KEY" turns it away, and "all" in place of KEY is for all.
Of a run that is watched, KEY=VALUE is also a choice that its script offers, and
checkpoint has it write one. What would stop processes by a signal is asked on a
screen first, and refused here.

Of a script that uses optwatch.py, PATH is the folder of its run, and what it takes
is pause, resume, step, stop, checkpoint and KEY=VALUE of what it declares.`,
		Example: `  optwatch tell k7q2m sgd lr=0.05
  optwatch tell k7q2m sgd pause switch=adamw:lr=0.001 resume
  optwatch tell runs/a lr=0.01 optimizer=adamw`,
		Args:              cobra.MinimumNArgs(2),
		ValidArgsFunction: completeTell,
		RunE: func(cmd *cobra.Command, args []string) error {
			if folder, ok := scriptFolder(args[0]); ok {
				return tellScript(cmd, folder, args[1:])
			}
			return ask(cmd, args[:1], append([]string{"tell"}, args[1:]...)...)
		},
	}
}

func serveCommand() *cobra.Command {
	var listen, keys string
	cmd := &cobra.Command{
		Use:   "serve ID --listen HOST:PORT",
		Short: "Let people without an account look at a live experiment, over SSH",
		Long: `serve opens a port on which people look at a live experiment or watch with any SSH
client, until it is interrupted. Public keys alone open it: those of a file in the format
of authorized_keys, in which the option role="operator" lets a key drive and
role="viewer" look; a key without one looks. By default these are the keys by
which people log in as the user, and of those one without a role drives.`,
		Example: `  optwatch serve k7q2m --listen :2222 --keys team.keys
  ssh -p 2222 box                  # the screen
  ssh -p 2222 box status           # in text`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeRecords(false, isLive),
		RunE: func(cmd *cobra.Command, args []string) error {
			words := []string{"serve", "--listen", listen}
			if keys != "" {
				if _, err := os.Stat(keys); err != nil {
					return usageError{fmt.Errorf("--keys %s: %w", keys, cause(err))}
				}
				words = append(words, "--keys", absolute(keys))
			}
			return ask(cmd, args, words...)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&listen, "listen", "localhost:2222", "`address` to listen at; \":2222\" is port 2222 of all networks")
	cmd.Flags().StringVar(&keys, "keys", "", "`file` of the public keys (default the user's own authorized_keys)")
	return cmd
}
