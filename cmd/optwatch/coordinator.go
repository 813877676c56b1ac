package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"optwatch/fed"
	"optwatch/fed/client"
	"optwatch/fed/hub"
	"optwatch/fed/wire"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/record"
	"optwatch/train/view"
)

// coordinator is the experiment as the coordinator of clients on other machines:
// the source that is looked at, with how clients come.
type coordinator struct {
	*sitting
	folder string // of the hub's files
	passes bool   // the folder is of this sitting alone
	made   bool   // it was not there before
	begun  chan struct{}
	says   sync.WaitGroup          // the goroutine that announces how clients join
	hub    atomic.Pointer[hub.Hub] // nil before the data is there
	local  *localClients

	mu      sync.Mutex
	told    view.Joining
	changes uint64 // of told
}

var _ view.Source = (*coordinator)(nil)

// coordinate prepares to coordinate clients on other machines, if the flags say so.
// The hub's files lie beside the record, so that who resumes it finds the clients
// again.
func (s *sitting) coordinate() (err error) {
	if !s.fed || !s.federation.over() {
		return nil
	}
	k := &coordinator{sitting: s, begun: make(chan struct{})}
	if s.writer != nil {
		k.folder = record.HubFolder(s.recorded)
		_, absent := os.Stat(k.folder)
		k.made = errors.Is(absent, fs.ErrNotExist)
	} else {
		k.passes = true
		k.folder, err = os.MkdirTemp("", "optwatch-federation-*")
	}
	s.coordinator = k
	return err
}

// catalogue is all that a recipe may name. Clients on other machines are reached
// by the hub, which is there once a run begins.
func (s *sitting) catalogue() optimizers.Catalogue {
	k := s.coordinator
	if k == nil {
		return catalogue()
	}
	return fed.Config{Transport: func() fed.Transport { return k.hub.Load().Transport() }}.Catalogue(optimizers.Default())
}

// terms are what clients must agree with.
func (k *coordinator) terms(ds *data.Dataset) wire.Terms {
	settings := k.settings()
	return wire.Terms{
		Version: version, Kernels: kernels(), Task: client.Version, Data: ds.Name, Digest: ds.Digest, Examples: ds.Train.Len(), Storage: ds.Train.Storage(),
		Features: ds.Features, Classes: max(1, len(ds.Classes)), Names: ds.Classes, Model: k.model, L2: k.l2, Clients: k.federation.clients,
		Hidden: settings.Hidden, Precision: settings.Precision,
	}
}

// open opens the hub once the data is there, and begins the clients that are to
// be processes of this machine.
func (k *coordinator) open(ctx context.Context, ds *data.Dataset) error {
	select {
	case <-k.begun: // the log is there
	case <-ctx.Done():
		return ctx.Err()
	}
	if _, err := train.NewShare(ds, k.model, k.settings()); err != nil { // before anybody is asked to join
		return train.ConfigError{Err: err}
	}
	m := &k.federation.machines
	settings := hub.Settings{
		Listen: m.listen, URL: m.url, Creds: m.creds, Folder: k.folder, Clients: k.federation.clients, MaxClients: m.most, Accept: m.accept,
		Patience: m.patience, Terms: k.terms(ds), SameBits: sameBits, Called: kernelsAsAsked, Log: func(text string) { k.experiment.Note(view.EventInfo, text) },
	}
	if m.local > 0 {
		settings.Listen, settings.Accept = "127.0.0.1:0", true
	}
	if m.listen != "" {
		settings.Listen, settings.Name = k.remembered(m.listen), hostHere(m.listen)
	}
	h, err := hub.Open(context.WithoutCancel(ctx), settings) // what ends with ctx ends before it
	if err != nil {
		return train.ConfigError{Err: plainly(err)}
	}
	if m.listen != "" {
		k.remember(h.Address())
	}
	line, _ := h.Line()
	k.local, err = k.startLocal(line, ds)
	if err != nil {
		h.Close()
		return err
	}
	k.hub.Store(h)
	if m.local == 0 {
		k.says.Go(func() { k.announce(ctx, line) })
	}
	return nil
}

// announce says how clients join, once the runs have begun that they are to join:
// what is wrong with those is found only after the data is there. It says nothing
// where the program is to end, or the experiment has, whose context is ctx.
func (k *coordinator) announce(ctx context.Context, line string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	phase := k.experiment.Snapshot().Phase
	for ; phase == view.PhaseLoading; phase = k.experiment.Snapshot().Phase {
		select {
		case <-k.ending.Done():
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
	if phase != view.PhaseTraining || k.ending.Err() != nil || ctx.Err() != nil {
		return
	}
	k.experiment.Note(view.EventInfo, fmt.Sprintf("waits for %d clients at %s: optwatch tell %s line prints how they join", k.federation.clients, k.address(line), k.name()))
	if k.prints {
		k.printLine(line)
	}
}

// printLine prints how clients join.
func (k *coordinator) printLine(line string) {
	where := "on each client's machine"
	if k.ofFile() {
		where += ", where PATH is the same data and K the part of it, from 0; without --part it is data of its own"
	}
	fmt.Fprintf(k.out, "%s:\n\n%s\n\n", where, k.command(line))
}

// ofFile says whether the data is a file: a client cannot know where that lies there.
func (k *coordinator) ofFile() bool { return k.data.Name != "" && !data.Named(k.data.Name) }

// renewLine prints another line once nobody can come by the last any more, where
// clients are missing: without a screen there is no key that asks for one.
func (s *sitting) renewLine(now time.Time) {
	k := s.coordinator
	if k == nil || !k.prints || k.federation.local > 0 || k.hub.Load() == nil {
		return
	}
	h := k.hub.Load()
	if _, expires := h.Line(); now.Before(expires) || k.joining(h).There >= k.federation.clients {
		return
	}
	h.Renew()
	line, _ := h.Line()
	k.printLine(line)
}

// remembered is where it listens: at the port of earlier sittings, where any will
// do, since that is where its clients look for it.
func (k *coordinator) remembered(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port != "0" {
		return listen
	}
	if text, err := os.ReadFile(k.portFile()); err == nil {
		return net.JoinHostPort(host, strings.TrimSpace(string(text)))
	}
	return listen
}

// hostHere is how this machine is found from others, where it listens at all of
// its addresses: by the one from which it would reach them. "" where it listens at
// a certain one.
func hostHere(listen string) string {
	host, _, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err != nil || host != "" && (ip == nil || !ip.IsUnspecified()) {
		return ""
	}
	c, err := net.Dial("udp", "192.0.2.1:9") // sends nothing
	if err != nil {
		name, _ := os.Hostname()
		return name
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).IP.String()
}

// remember keeps the port that it listens at.
func (k *coordinator) remember(address string) {
	if _, port, err := net.SplitHostPort(address); err == nil {
		_ = os.WriteFile(k.portFile(), []byte(port+"\n"), 0o600) // without it clients need a new line
	}
}

func (k *coordinator) portFile() string { return filepath.Join(k.folder, "port") }

// name is what the experiment is called in commands.
func (k *coordinator) name() string {
	if k.called == "" {
		return "ID"
	}
	return k.called
}

// plainly is an error of the hub or of a client without the name of its package.
func plainly(err error) error {
	if text := withoutPackage(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}

// withoutPackage is what an error says without the name of its package.
func withoutPackage(text string) string {
	for _, prefix := range []string{"hub: ", "join: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return text
}

// command is what is typed on a client's machine.
func (k *coordinator) command(line string) string {
	text := "optwatch join " + line
	if k.federation.creds != "" {
		text += " --creds FILE"
	}
	if !k.ofFile() {
		return text
	}
	text += " --data PATH --part K"
	if k.data.Test != "" {
		text += " --test PATH"
	}
	if k.data.Label != "" {
		text += " --label " + shellWord(k.data.Label)
	}
	return text
}

// shellWord is a word as a shell takes it for that.
func shellWord(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

// address is where clients find the federation.
func (k *coordinator) address(line string) string {
	l, err := wire.ParseLine(line)
	if err != nil {
		return line
	}
	return l.Server
}

// Snapshot is that of the experiment, with how clients come.
func (k *coordinator) Snapshot() *view.Snapshot {
	from := k.experiment.Snapshot()
	h := k.hub.Load()
	if h == nil {
		return from
	}
	j := k.joining(h)
	out := *from
	out.Joining = &j
	k.mu.Lock()
	if !reflect.DeepEqual(j, k.told) {
		k.told = j
		k.changes++
	}
	out.Generation += k.changes
	k.mu.Unlock()
	out.Busy = out.Busy || from.Phase == view.PhaseTraining
	if len(from.Accepts) > 0 && k.federation.local == 0 {
		out.Accepts = append(from.Accepts[:len(from.Accepts):len(from.Accepts)], view.Admit, view.TurnAway, view.NewLine)
	}
	return &out
}

// joining is how clients come, as the hub has it.
func (k *coordinator) joining(h *hub.Hub) view.Joining {
	j := view.Joining{Clients: k.federation.clients}
	if k.federation.local == 0 { // else nobody but the processes of this one is to come
		line, expires := h.Line()
		j.Address, j.Line, j.Expires = k.address(line), k.command(line), expires
	}
	for _, m := range h.Members() {
		switch {
		case m.Accepted:
			j.There++
			continue
		case m.Examples == 0: // it has not said yet what it holds
			continue
		}
		a := view.Applicant{Key: m.Fingerprint, Name: m.Name, Host: m.Host, Version: m.Version}
		if m.Own {
			a.Examples = m.Examples
		}
		j.Waiting = append(j.Waiting, a)
	}
	for _, r := range h.Refusals() {
		j.Refused = append(j.Refused, view.Refusal{Reason: r.Reason, Count: r.Count})
	}
	return j
}

// errNotOpen is why nobody can be let in yet.
var errNotOpen = errors.New("the federation is not open yet")

// Do takes a command: those about the door it carries out itself, at once.
func (k *coordinator) Do(c view.Command) error {
	h := k.hub.Load()
	switch {
	case c.Kind < view.Admit:
		return k.experiment.Do(c)
	case h == nil:
		return errNotOpen
	}
	switch c.Kind {
	case view.Admit, view.TurnAway:
		if err := h.Admit(c.Key, c.Kind == view.Admit); err != nil {
			return plainly(err)
		}
	case view.NewLine:
		h.Renew()
	default:
		return k.experiment.Do(c)
	}
	k.experiment.Acknowledge(c.ID)
	return nil
}

// Offer is that of the experiment.
func (k *coordinator) Offer(c view.Command) view.Offer { return k.experiment.Offer(c) }

// closeHub ends the federation. Where all runs have ended, clients are told so; else
// they wait for it to go on. The experiment has ended, and its context with it.
func (s *sitting) closeHub() {
	k := s.coordinator
	if k == nil {
		return
	}
	k.says.Wait()
	if h := k.hub.Load(); h != nil {
		if !s.cut {
			h.End("all runs have ended")
		}
		k.local.end()
		h.Close()
	}
	if k.passes || s.gone && k.made {
		os.RemoveAll(k.folder)
	}
}

// clientKeys is where the clients keep their keys that are processes of this machine.
func (k *coordinator) clientKeys() string { return filepath.Join(k.folder, "clients") }
