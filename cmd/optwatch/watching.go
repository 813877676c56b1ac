package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/serve"
	"optwatch/train/device"
	"optwatch/train/follow"
	"optwatch/train/record"
	"optwatch/tui"
)

// watching is a watch as one process keeps it, with what records and shows it. A
// watch without a record is shown on this terminal alone.
type watching struct {
	*watchFlags
	hosted
	paths  []string
	pipe   *pipe  // nil where none is read
	screen bool   // it is shown here
	alone  string // why it ends with its terminal, which it should not; "" where that is as it should be

	out    io.Writer
	watch  *follow.Watch
	alerts *alerts
}

// goOn watches until the user quits or a signal comes: on the screen, in a process
// of its own where it is recorded, or in lines.
func (f *watchFlags) goOn(ctx context.Context, cmd *cobra.Command, out io.Writer, paths []string, p *pipe) error {
	k := &watching{watchFlags: f, paths: paths, pipe: p, out: out}
	k.how, k.next = &f.recordFlags, plays
	k.screen = f.held == "" && !f.follow && p.keyboard(cmd) && isTerminal(cmd.OutOrStdout()) && os.Getenv("TERM") != "dumb"
	if k.screen && f.records() && !f.foreground && p == nil {
		if _, err := follow.New(follow.Options{Paths: paths}); err != nil { // rather than say so in the log of that process
			return usageError{err}
		}
		err := launch(cmd, "", f.file(), append(arguments(cmd), asPaths(paths)...), f.look())
		apart := apartError{}
		if !errors.As(err, &apart) {
			return err
		}
		k.alone = apart.Error()
	}
	return k.run(ctx, cmd)
}

// asPaths are paths that no command line takes for flags.
func asPaths(paths []string) []string {
	out := make([]string, len(paths))
	for i, path := range paths {
		if out[i] = path; strings.HasPrefix(path, "-") {
			out[i] = "./" + path
		}
	}
	return out
}

// run watches until it is to end. Then the record is closed.
func (k *watching) run(ctx context.Context, cmd *cobra.Command) error {
	k.ending, k.end = context.WithCancel(ctx)
	defer k.end()
	k.alerts = k.watchFlags.alerts(cmd, func(trouble string) { k.tell(cmd, trouble) })
	defer k.alerts.close()
	lines := &rowPrinter{out: k.out, json: k.json}
	w, err := follow.New(k.options(lines))
	if err != nil {
		return usageError{err}
	}
	k.watch, k.source = w, w
	if err := k.openRecord(); err != nil {
		return err
	}
	save := k.hosted.follow(nil, func() {})
	k.audience = serve.NewAudience(k.house(false))
	k.ended = make(chan struct{})
	served := k.listen(context.WithoutCancel(ctx), k.draw)
	if k.pipe != nil {
		go k.pipe.copy(k.beside())
	}
	looking, leave := context.WithCancel(context.WithoutCancel(ctx))
	looked := make(chan struct{})
	go func() { defer close(looked); w.Run(looking) }()

	err = k.present(cmd, lines)
	leave()
	<-looked
	save()
	close(k.ended)
	served()
	k.farewell(cmd)
	return err
}

// options are how the logs are followed.
func (k *watching) options(lines *rowPrinter) follow.Options {
	m := watchMachine(k.ending)
	o := follow.Options{Paths: k.paths, Group: k.group, Steer: !k.readOnly, Alert: k.alerts.tell}
	o.Devices = func() *device.View { return m.View() }
	if k.pipe != nil {
		o.Stream = k.pipe.stream
	}
	if k.lines() && k.json {
		o.Row = lines.row
	}
	return o
}

// lines says whether it is told in lines.
func (k *watching) lines() bool { return !k.screen && k.held == "" }

// beside is where what comes through the pipe is printed too.
func (k *watching) beside() io.Writer {
	if k.lines() && !k.json {
		return k.out
	}
	return io.Discard
}

// tell says what goes wrong where it is seen.
func (k *watching) tell(cmd *cobra.Command, trouble string) {
	if k.lines() {
		fmt.Fprintln(cmd.ErrOrStderr(), "optwatch: "+trouble)
		return
	}
	k.watch.Note(trouble)
}

// openRecord begins the record, if there is to be one. Time begins in it when the
// watch does: what was logged before was there then.
func (k *watching) openRecord() error {
	if !k.records() {
		return nil
	}
	s := k.watch.Snapshot()
	host, _ := os.Hostname()
	err := k.create(k.file(), record.About{
		Name: "watch of " + s.Subject.Name, Configuration: k.configured(k.paths, k.pipe != nil).text(), Program: version, Host: host, Began: s.Began,
	})
	if k.writer != nil {
		k.writer.Zero = s.Began
	}
	return err
}

// present shows the watch to somebody until it is to end.
func (k *watching) present(cmd *cobra.Command, lines *rowPrinter) error {
	switch {
	case k.held != "":
		<-k.ending.Done()
		return nil
	case !k.screen:
		return lines.follow(k.ending, k.watch, k.pipe)
	}
	seat := k.audience.JoinHolding(userName())
	defer seat.Leave()
	if k.alone != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "optwatch: the watch ends with this terminal: %s\n", k.alone)
	}
	t := k.terminal(cmd)
	t.Input, t.Viewer, t.Memory, t.Hints = k.pipe.input(cmd), seat.Number(), memory(kindWatch), firstStart()
	err := tui.Run(k.ending, seat, t)
	if errors.Is(err, context.Canceled) && k.ending.Err() != nil {
		err = nil
	}
	if err == nil {
		printStanding(plainText{cmd.OutOrStdout()}, k.watch.Snapshot(), widthOf(cmd.OutOrStdout()))
	}
	return err
}

// draw is the screen of somebody who looks from another process. Who is there when
// it ends is told which processes stay stopped.
func (k *watching) draw(session context.Context, seat *serve.Seat, t tui.Terminal) error {
	ctx, leave := k.until(session)
	defer leave()
	defer k.alerts.ring(t.Output)()
	t.Hints = t.Hints && firstStart()
	t.Memory = memory(kindWatch)
	if err := tui.Run(ctx, seat, t); err != nil {
		return err
	}
	printStanding(rawLines{&t}, k.watch.Snapshot(), columnsOf(&t))
	if k.ending.Err() == nil {
		return nil
	}
	seat.Leave()
	select {
	case <-k.ended:
	case <-session.Done():
	}
	for _, line := range k.watch.Halted() {
		fmt.Fprintf(rawLines{&t}, "optwatch: %s\n", line)
	}
	return nil
}

// farewell says where the pipe was saved, which processes stay stopped, and where
// the record is to be found.
func (k *watching) farewell(cmd *cobra.Command) {
	errOut := cmd.ErrOrStderr()
	if k.screen {
		k.pipe.farewell(errOut)
	}
	for _, line := range k.watch.Halted() {
		fmt.Fprintln(errOut, "optwatch: "+line)
	}
	switch {
	case k.lost != "":
		fmt.Fprintf(errOut, "optwatch: the record: %s\n", k.lost)
	case k.writer != nil && !k.gone && k.held == "":
		fmt.Fprintf(errOut, "optwatch: recorded as %[1]s: optwatch replay %[1]s plays it, "+writes+"\n", k.called)
	}
}
