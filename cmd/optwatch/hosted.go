package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"optwatch/cmd/optwatch/serve"
	"optwatch/train/record"
	"optwatch/train/view"
	"optwatch/tui"
)

// hosted is a source with what its process does beside showing it on its own terminal:
// it records the source, and lets others look at it and drive it, from other
// processes and other machines.
type hosted struct {
	how    *recordFlags
	source view.Source

	id       string
	called   string         // by which the record is found again
	recorded string         // its file
	writer   *record.Writer // nil where nothing is recorded
	fresh    bool           // it was begun here, and holds nothing from before
	gone     bool           // it is removed, as nothing ever began
	lost     string         // why nothing is recorded; "" where something is, or nothing should be
	next     string         // as serve.House has it

	audience *serve.Audience
	ending   context.Context // over once it is to end: by a signal, or by somebody's command
	end      context.CancelFunc
	ended    chan struct{} // closed once all has been saved
}

// The commands that take up what was recorded.
const (
	goesOn = "optwatch resume %s goes on"
	plays  = "optwatch replay %s plays it"
	writes = "optwatch export %[1]s writes it as CSV and JSON"
)

// create begins a record. Where none can be written there is none, unless it was
// asked for by its name.
func (h *hosted) create(path string, about record.About) error {
	folder, err := record.DefaultFolder()
	if err == nil {
		var fresh string
		h.id, fresh, err = h.name(folder)
		if path == "" {
			path = fresh
		}
	}
	if err == nil {
		about.ID = h.id
		h.writer, err = record.Create(path, about)
		h.called, h.recorded, h.fresh = called(h.id, path), path, err == nil
	}
	switch {
	case err != nil && (h.how.record != "" || h.how.held != ""):
		return fmt.Errorf("the record: %w", err)
	case err != nil:
		h.lost = err.Error()
	}
	return nil
}

// name is the ID, and where its record lies if nobody says otherwise.
func (h *hosted) name(folder record.Folder) (id, path string, err error) {
	if h.how.held != "" {
		return h.how.held, folder.File(h.how.held), nil
	}
	return folder.New()
}

// follow records the source, with checkpoints of its runs where it has some to
// save. The function that it returns writes what is left and closes the record,
// after which it calls done. Of a source that could not begin no record stays.
func (h *hosted) follow(save record.Save, done func()) (stop func()) {
	if h.writer == nil {
		return func() {}
	}
	ctx, end := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		h.writer.Follow(ctx, h.source, save)
	}()
	return func() {
		end()
		<-over
		done()
		finish := h.writer.Close
		if s := h.source.Snapshot(); h.fresh && s.Phase == view.PhaseFailed && len(s.Runs) == 0 {
			finish = h.writer.Discard
			h.gone = true
		}
		if err := finish(); err != nil {
			h.gone, h.lost = false, err.Error()
		}
	}
}

// house is the source as an audience looks at it.
func (h *hosted) house(inexact bool) serve.House {
	house := serve.House{Source: h.source, Next: h.next}
	if h.writer == nil {
		if h.lost != "" {
			house.Record = func() view.Record { return view.Record{Trouble: "not recorded: " + h.lost} }
		}
		return house
	}
	house.Record = func() view.Record { return view.Record{Name: h.called, Inexact: inexact, Trouble: h.writer.Trouble()} }
	house.Commanded = h.writer.Commanded
	house.Refused = func(_ string, c view.Command, why error) { h.writer.Refused(c, why) }
	house.Finish = func(who string) {
		h.writer.Commanded(who, view.Command{Kind: view.Finish})
		h.end()
	}
	return house
}

// drawing shows a screen to a viewer, as serve.Server has it.
type drawing func(ctx context.Context, s *serve.Seat, t tui.Terminal) error

// listen serves the screen to other processes of the user. The function that it
// returns waits until they have been shown how it ended, and ends that.
func (h *hosted) listen(ctx context.Context, draw drawing) (served func()) {
	if h.writer == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	server := &serve.Server{Audience: h.audience, Draw: draw, Version: version, Log: h.log()}
	var socket string
	folder, err := record.DefaultFolder()
	if err == nil {
		server.Network = network(folder)
		socket, err = serve.SocketPath(folder.Path, h.id)
	}
	if err == nil {
		err = h.writer.Announce(socket)
	}
	alone := func(err error) {
		fmt.Fprintf(server.Log, "nobody can attach: %v\n", err)
		if h.how.held != "" {
			h.end() // nobody can reach it, nor end it
		}
	}
	if err != nil {
		alone(err)
		stop()
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Local(ctx, socket); err != nil {
			alone(err)
		}
	}()
	return func() {
		for late := time.Now().Add(farewells); h.audience.Size() > 0 && time.Now().Before(late); {
			time.Sleep(5 * time.Millisecond)
		}
		stop()
		<-done
	}
}

// until closes a screen once all is saved. The context is over then, or when the
// session is.
func (h *hosted) until(session context.Context) (ctx context.Context, leave context.CancelFunc) {
	ctx, leave = context.WithCancel(session)
	go func() {
		select {
		case <-h.ended:
			leave()
		case <-ctx.Done():
		}
	}()
	return ctx, leave
}

// log is where a process of its own says what goes wrong.
func (h *hosted) log() io.Writer {
	if h.how.held != "" {
		return os.Stderr
	}
	return io.Discard
}

// network is what others find on a port, unless its opener says otherwise: the
// keys by which people log in as the user open it.
func network(folder record.Folder) serve.Network {
	n := serve.Network{HostKey: filepath.Join(folder.Path, "host_key")}
	if home, err := os.UserHomeDir(); err == nil {
		n.Keys, n.Own = filepath.Join(home, ".ssh", "authorized_keys"), true
	}
	return n
}

// farewells is how long the last viewers may take to be shown the end.
const farewells = 3 * time.Second

// userName is the name of who is at this machine.
func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}
