package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"optwatch/fed/join"
	"optwatch/fed/wire"
	"optwatch/train/data"
	"optwatch/train/device"
	"optwatch/train/record"
	"optwatch/tui/member"
)

// joiner is a client of a federation over machines, with its flags.
type joiner struct {
	screenFlags
	data       data.Options
	name       string
	part       int
	creds      string
	keys       string
	headless   bool
	hideLosses bool
	hideLoad   bool
	held       bool // it ends with its standard input

	own bool
	log clientLog
}

// joinCommand is optwatch join.
func joinCommand() *cobra.Command {
	j := new(joiner)
	cmd := &cobra.Command{
		Use:   "join LINE",
		Short: "Take part in a federation that another machine coordinates",
		Long: `join is a client of "optwatch fed --listen": LINE is what the coordinator shows. The
operator there compares the fingerprint of this client's key and lets it in; from
then on the key is what it is known by, and the same line brings it back.

Without --data it trains on a part of the data set that the coordinator has, which
must be here too; --part asks for a certain one. --data is data of its own that
never leaves this machine: only the updates to the parameters, counts and losses
do, and --hide-losses keeps the losses. --data with --part says where that data
set lies here.

It may be killed and come back at any time: it works out the same numbers again.
LINE lets somebody in, and others of this machine can see it among its processes:
- in place of it reads it from the standard input.`,
		Example: `  optwatch join box:7422/8Hk2…
  optwatch join box:7422/8Hk2… --as clinic-3 --data patients.csv --label outcome
  optwatch join box:7422/8Hk2… --part 2 --headless`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return j.run(cmd, args[0]) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&j.name, "as", "", "`name` by which people know this client (default the machine's)")
	fs.StringVar(&j.data.Name, "data", "", "data of its own: the path of an IDX, LIBSVM or CSV file, or a named data set")
	unsaidVar(fs, &j.part, "part", "take this part, from 0, of the data set that the coordinator has")
	unsaidVar(fs, &j.data.Val, "val", "examples held out of it, as the coordinator does (default as many as make it the same)")
	fs.StringVar(&j.data.Test, "test", "", "path of a test set, where --data is a path and the coordinator has one")
	fs.StringVar(&j.data.Label, "label", "", "label column of a CSV file (default a column of that name, else the last)")
	fs.BoolVar(&j.hideLosses, "hide-losses", false, "tell nobody the losses on this client's examples")
	fs.BoolVar(&j.hideLoad, "hide-load", false, "tell nobody how busy this machine's GPUs and processors are")
	fs.StringVar(&j.creds, "creds", "", "`file` of the credentials for a NATS server of the coordinator's choice")
	fs.StringVar(&j.keys, "keys", "", "`folder` of this client's keys (default one beside the records)")
	fs.BoolVar(&j.headless, "headless", false, "no screen: lines as things happen")
	include(fs, j.screenFlags.group(), "fps", "ascii", "no-color")
	fs.BoolVar(&j.held, "held", false, "end with the standard input")
	fs.Lookup("held").Hidden = true
	return cmd
}

// run takes part until the federation ends or the user leaves.
func (j *joiner) run(cmd *cobra.Command, text string) error {
	if text == "-" {
		var err error
		if text, err = firstLine(cmd.InOrStdin()); err != nil {
			return fmt.Errorf("the line to join by, from the standard input: %w", err)
		}
	}
	line, err := wire.ParseLine(text)
	if err != nil {
		return usageError{plainly(err)}
	}
	if err := j.check(cmd); err != nil {
		return err
	}
	ctx, end := context.WithCancel(cmd.Context())
	defer end()
	if j.held {
		go func() {
			_, _ = io.Copy(io.Discard, cmd.InOrStdin())
			end()
		}()
	}
	settings, err := j.settings(ctx, cmd, line)
	if err != nil {
		return err
	}
	c, err := join.New(settings)
	if err != nil {
		return plainly(err)
	}
	if j.headless || !hasScreen(cmd) {
		return j.lines(ctx, cmd, c)
	}
	return j.screen(ctx, cmd, c)
}

// firstLine reads a line and nothing of what follows it, which is the screen's.
func firstLine(r io.Reader) (string, error) {
	const most = 4096
	var line []byte
	for b := make([]byte, 1); len(line) < most; {
		n, err := r.Read(b)
		if line = append(line, b[:n]...); n == 1 && b[0] == '\n' || err == io.EOF && len(line) > 0 {
			text := strings.TrimSpace(strings.TrimPrefix(string(line), "optwatch join "))
			text, _, _ = strings.Cut(text, " ") // flags that the coordinator shows behind it
			return text, nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("no end of a line in %d bytes", most)
}

// check finds what is wrong with the flags, and fills in what they leave open.
func (j *joiner) check(cmd *cobra.Command) error {
	given := cmd.Flags().Changed
	if err := checkBounds(j.boundFPS()); err != nil {
		return err
	}
	for _, flag := range []string{"test", "label"} {
		if given(flag) && !given("data") {
			return usageError{fmt.Errorf("--%s is of a data set that --data gives", flag)}
		}
	}
	j.own = given("data") && !given("part")
	j.data.Dir = dataDirFlag(cmd)
	if j.name == "" {
		j.name, _ = os.Hostname()
	}
	if j.keys == "" {
		folder, err := record.DefaultFolder()
		if err != nil {
			return err
		}
		j.keys = filepath.Join(folder.Path, "clients")
	}
	return nil
}

// settings are those of the client.
func (j *joiner) settings(ctx context.Context, cmd *cobra.Command, line wire.Line) (join.Settings, error) {
	if j.creds != "" {
		if _, err := os.Stat(j.creds); err != nil {
			return join.Settings{}, usageError{fmt.Errorf("--creds %s: %w", j.creds, cause(err))}
		}
	}
	host, _ := os.Hostname()
	s := join.Settings{
		Line: line, Name: j.name, Host: host, Version: version, Kernels: kernels(), Creds: j.creds, Folder: j.keys, Part: j.part,
		HideLosses: j.hideLosses, Log: j.log.add, Load: func(t wire.Terms) (join.Data, error) { return j.load(ctx, t) },
	}
	if !j.hideLoad {
		machine := watchMachine(ctx)
		s.Machine = func() string { return loadOf(machine.View()) }
	}
	return s, nil
}

// loadOf is what a machine does, in a line.
func loadOf(v *device.View) string {
	var parts []string
	for i := range v.Devices {
		d := &v.Devices[i]
		if busy := d.Value(device.Busy); d.State == device.Up && !math.IsNaN(busy) {
			parts = append(parts, fmt.Sprintf("gpu%d %.0f %% %s %s", d.Index, busy, memoryText(d), degrees(d.Value(device.Temperature))))
		}
	}
	return strings.Join(append(parts, hostLine(&v.Host)), " · ")
}

// clientLog are the latest lines that a client has said.
type clientLog struct {
	mu    sync.Mutex
	said  []string
	total int
	more  chan struct{} // is told of a line; nil for nobody
}

const mostSaid = 100

func (l *clientLog) add(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, text)
	l.said = l.said[max(0, len(l.said)-mostSaid):]
	l.total++
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// after are the lines after the first n that were said, and how many there are by now.
func (l *clientLog) after(n int) ([]string, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := min(l.total-n, len(l.said))
	return append([]string(nil), l.said[len(l.said)-fresh:]...), l.total
}

// lines prints what happens until it ends.
func (j *joiner) lines(ctx context.Context, cmd *cobra.Command, c *join.Client) error {
	j.log.more = make(chan struct{}, 1)
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	out, said, told := &careful{w: cmd.OutOrStdout(), failed: func() {}}, 0, ""
	print := func() {
		var fresh []string
		fresh, said = j.log.after(said)
		for _, text := range fresh {
			fmt.Fprintln(out, device.Printable(text))
		}
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			print()
			return j.ended(cmd, c, err)
		case <-j.log.more:
			print()
		case <-tick.C:
			if text := clientLine(c.Status()); text != told {
				told = text
				fmt.Fprintln(out, text)
			}
		}
	}
}

// clientLine is how a client is, in a line.
func clientLine(s join.Status) string {
	if s.Round < 1 {
		text := string(s.State)
		if s.State == join.Waiting {
			text += ", with the key " + s.Fingerprint
		}
		return text
	}
	text := fmt.Sprintf("round %d: %s, %d/%d steps", s.Round, s.State, s.Steps, s.Of)
	if !math.IsNaN(s.Loss) {
		text += fmt.Sprintf(", loss %.4f", s.Loss)
	}
	return fmt.Sprintf("%s; %d updates sent", text, s.Sent)
}

// ended says how it has ended.
func (j *joiner) ended(cmd *cobra.Command, c *join.Client, err error) error {
	switch {
	case cmd.Context().Err() != nil:
		return errInterrupted
	case errors.Is(err, context.Canceled): // the user has left, or who holds it is gone
		return nil
	case err != nil:
		return plainly(err)
	}
	s := c.Status()
	text := "the federation has ended"
	if s.Trouble != "" {
		text += ": " + device.Printable(withoutPackage(s.Trouble))
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s; %d updates sent\n", text, s.Sent)
	return err
}

// screen shows the client until it has ended or the user leaves.
func (j *joiner) screen(ctx context.Context, cmd *cobra.Command, c *join.Client) error {
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	done := make(chan error, 1)
	go func() {
		err := c.Run(ctx)
		done <- err
		leave()
	}()
	err := member.Run(ctx, shownClient{c, &j.log}, member.Terminal{
		Input: cmd.InOrStdin(), Output: cmd.OutOrStdout(), FPS: j.frames(), ASCII: j.ascii, NoColor: j.colourless(),
	})
	leave()
	ended := <-done
	if err != nil {
		return err
	}
	return j.ended(cmd, c, ended)
}

// shownClient is a client as its screen shows it.
type shownClient struct {
	client *join.Client
	log    *clientLog
}

// Status is how the client is now.
func (s shownClient) Status() member.Status {
	is := s.client.Status()
	said, _ := s.log.after(0)
	out := member.Status{
		Name: is.Name, Server: is.Server, State: string(is.State), Works: is.State == join.Training, Waits: is.State == join.Waiting,
		Away: is.State == join.Dialling, Trouble: withoutPackage(is.Trouble), Key: is.Fingerprint, Client: is.Client, Clients: is.Terms.Clients,
		Heard: is.Heard, RoundTrip: is.RoundTrip, Run: is.Run, Round: is.Round, Steps: is.Steps, Of: is.Of, Epochs: is.Epochs, Loss: is.Loss,
		Sent: is.Sent, Up: is.Up, Down: is.Down, Said: said,
	}
	if n := is.Holding.Examples; n > 0 {
		out.Data = fmt.Sprintf("%d examples of its own for %s", n, is.Terms.Data)
		if !is.Holding.Own {
			out.Data = fmt.Sprintf("its part of the %d examples of %s", n, is.Terms.Data)
		}
	}
	return out
}
