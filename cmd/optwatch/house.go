package main

import (
	"context"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"optwatch/cmd/optwatch/serve"
	"optwatch/train/record"
	"optwatch/train/view"
)

// How a sitting is reached by others, in other processes and on other machines.

// house is the experiment as an audience looks at it.
func (s *sitting) house() serve.House {
	h := serve.House{Source: s.source()}
	if s.writer == nil {
		if s.lost != "" {
			h.Record = func() view.Record { return view.Record{Trouble: "not recorded: " + s.lost} }
		}
		return h
	}
	inexact := s.from != nil && (s.from.inexact || s.from.about.Inexact)
	h.Record = func() view.Record { return view.Record{Name: s.called, Inexact: inexact, Trouble: s.writer.Trouble()} }
	h.Commanded = s.writer.Commanded
	h.Refused = func(_ string, c view.Command, why error) { s.writer.Refused(c, why) }
	h.Finish = func(who string) {
		s.writer.Commanded(who, view.Command{Kind: view.Finish})
		s.end()
	}
	return h
}

// listen serves the screen to other processes of the user. The function that it
// returns waits until they have been shown how it ended, and ends that.
func (s *sitting) listen(ctx context.Context) (served func()) {
	if s.writer == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	server := &serve.Server{Audience: s.audience, Draw: s.draw, Version: version, Log: s.log()}
	var socket string
	folder, err := record.DefaultFolder()
	if err == nil {
		server.Network = network(folder)
		socket, err = serve.SocketPath(folder.Path, s.id)
	}
	if err == nil {
		err = s.writer.Announce(socket)
	}
	alone := func(err error) {
		fmt.Fprintf(server.Log, "nobody can attach: %v\n", err)
		if s.held != "" {
			s.end() // nobody can reach it, nor end it
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
		for late := time.Now().Add(farewells); s.audience.Size() > 0 && time.Now().Before(late); {
			time.Sleep(5 * time.Millisecond)
		}
		stop()
		<-done
	}
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
