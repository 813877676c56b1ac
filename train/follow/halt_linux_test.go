package follow

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/follow/process"
	"optwatch/train/view"
)

// childLog names the log that this program writes as TestChild.
const childLog = "OPTWATCH_TEST_CHILD_LOG"

// TestChild is a program that logs until its standard input ends, for another test
// to stop.
func TestChild(t *testing.T) {
	path := os.Getenv(childLog)
	if path == "" {
		t.Skip(childLog + " names no log: it is run by TestProcessIsSteered")
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = os.Stdin.Read(make([]byte, 1))
	}()
	for step := 1; ; step++ {
		fmt.Fprintln(f, step, time.Now().Unix(), "loss", 1/float64(step))
		select {
		case <-ended:
			return
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// child starts TestChild.
func (b *bench) child(path string) *exec.Cmd {
	b.t.Helper()
	self, err := os.Executable()
	if err != nil {
		b.t.Fatal(err)
	}
	c := exec.Command(self, "-test.run=^TestChild$")
	c.Env = append(os.Environ(), childLog+"="+path)
	in, err := c.StdinPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		_ = c.Process.Kill() // it may stand still, and not see that its input ends
		_ = in.Close()
		_ = c.Wait()
	})
	b.await("a log", func() bool {
		text, _ := os.ReadFile(path)
		return bytes.Count(text, []byte("\n")) > 0
	})
	return c
}

// found looks for the process behind the run until that obeys a pause.
func (b *bench) found(name string) *view.Run {
	b.t.Helper()
	var r *view.Run
	b.await("a run whose process is known", func() bool {
		b.behindNow(process.Here(), process.NewFinder(process.Here()))
		r = b.run(b.look(), name)
		return r.Obeys(view.Pause)
	})
	return r
}

// A program without our file is paused and resumed by signals, once its process is
// known, and nothing else; a pause says before what it does. What one monitor has
// stopped another continues.
func TestProcessIsSteered(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Steer = true })
	log := filepath.Join(b.dir, "a.plain")
	c := b.child(log)
	if r := b.run(b.look(), "a.plain"); len(r.Accepts) > 0 {
		t.Errorf("before its process is known it accepts %v", r.Accepts)
	}
	r := b.found("a.plain")
	if want := []view.CommandKind{view.Pause, view.Resume}; !slices.Equal(r.Accepts, want) || !slices.Equal(b.Snapshot().Accepts, want) {
		t.Errorf("it accepts %v, the source %v; want %v", r.Accepts, b.Snapshot().Accepts, want)
	}
	pid := fmt.Sprint(c.Process.Pid)
	o := b.Offer(view.Command{Kind: view.Pause, Run: r.ID})
	for _, want := range []string{"Stop process " + pid, "SIGSTOP", "it has the log open", "memory stays held", "kill -CONT " + pid} {
		if !strings.Contains(o.Ask, want) {
			t.Errorf("it asks %q, without %q", o.Ask, want)
		}
	}
	if o := b.Offer(view.Command{Kind: view.Resume, Run: r.ID}); o.Ask != "" || o.Refused != "" {
		t.Errorf("of a resume it says %+v", o)
	}
	stop := view.Command{Kind: view.Stop, Run: r.ID}
	const why = "its script does not use optwatch.py: it can be paused and resumed, and nothing else"
	if err := b.Do(stop); err == nil || err.Error() != why || b.Offer(stop).Refused != why {
		t.Errorf("of a stop it says %v and %+v, want %q", err, b.Offer(stop), why)
	}
	if len(b.Halted()) > 0 {
		t.Errorf("halted are %q", b.Halted())
	}

	b.does(view.Command{ID: 1, Kind: view.Pause, Run: r.ID}, view.EventPause, view.Paused)
	if state, err := process.Here().State(b.runs[0].behind.match.Tops[0].ID); state != process.Stopped || err != nil {
		t.Errorf("its process is %v, %v", state, err)
	}
	if want := []string{"a.plain stays stopped; to let it go on: kill -CONT " + pid}; !slices.Equal(b.Halted(), want) {
		t.Errorf("halted are %q, want %q", b.Halted(), want)
	}
	b.found("a.plain") // which does not change how it stands
	if r := b.run(b.look(), "a.plain"); r.State != view.Paused {
		t.Errorf("it is %v after another look", r.State)
	}
	was := size(t, log)
	b.does(view.Command{ID: 2, Kind: view.Resume, Run: r.ID}, view.EventResume, view.Running)
	if len(b.Halted()) > 0 {
		t.Errorf("resumed, halted are %q", b.Halted())
	}
	b.await("more of the log", func() bool { return size(t, log) > was })

	b.does(view.Command{ID: 3, Kind: view.Pause, Run: r.ID}, view.EventPause, view.Paused)
	was = size(t, log)
	other := newBench(t, func(o *Options) { o.Steer, o.Paths = true, []string{b.dir} })
	other.look()
	if r := other.found("a.plain"); r.State != view.Paused || len(other.Halted()) > 0 {
		t.Errorf("to another monitor it is %v, halted by it %q", r.State, other.Halted())
	}
	other.does(view.Command{ID: 4, Kind: view.Resume, Run: 0}, view.EventResume, view.Running)
	b.await("more of the log", func() bool { return size(t, log) > was })
}

// does has a command done, and looks how the run stands then.
func (b *bench) does(c view.Command, kind view.EventKind, state view.State) {
	b.t.Helper()
	if err := b.Do(c); err != nil {
		b.t.Fatal(err)
	}
	if e := b.acknowledged(c.ID); e.Kind != kind || e.Run != "a.plain" {
		b.t.Fatalf("%v: acknowledged by %+v", c.Kind, e)
	}
	if r := b.run(b.Snapshot(), "a.plain"); r.State != state || r.Pending != view.Nothing {
		b.t.Errorf("%v: it is %v, pending %q; want %v", c.Kind, r.State, r.Pending, state)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
