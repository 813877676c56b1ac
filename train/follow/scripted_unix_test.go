//go:build unix

package follow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"optwatch/train/follow/logs"
	"optwatch/train/follow/script"
	"optwatch/train/view"
)

// fakeScript is a script that does what the test says.
type fakeScript struct {
	*bench
	read int // bytes of what it was told
}

// heard is a command as a script finds it.
type heard struct {
	ID, Start, Kind, Name string
	Value                 any
}

const declared = `[{"name":"lr","kind":"number","min":0,"max":1,"value":0.1},` +
	`{"name":"batch","kind":"number","min":1,"whole":true,"value":32},` +
	`{"name":"optimizer","kind":"choice","options":["sgd","adamw"],"value":"sgd"},` +
	`{"name":"model","kind":"choice","options":["small","large"],"value":"small"}]`

// newScript is a script in the run "a" that has logged a step.
func newScript(t *testing.T, controls string, checkpoint, steer bool) *fakeScript {
	s := &fakeScript{bench: newBench(t, func(o *Options) { o.Formats, o.Steer = logs.Formats, steer })}
	s.write("a/control.jsonl")
	info, err := os.Stat(filepath.Join(s.dir, "a/control.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	run := fmt.Sprintf(`{"optwatch":1,"start":"s","pid":%d,"host":"elsewhere","namespace":"","uid":%d,"control":%d,"began":1789999990,"controls":%s,"checkpoint":%v}`,
		os.Getpid(), os.Getuid(), info.Sys().(*syscall.Stat_t).Ino, controls, checkpoint)
	s.write("a/run.json", run)
	s.says(`{"event":"start","time":1789999990,"run":`+run+`}`, `{"event":"log","time":1789999999,"step":7,"values":{"loss":2,"lr":0.1}}`)
	s.look()
	return s
}

// says is what the script writes.
func (s *fakeScript) says(lines ...string) { s.write("a/events.jsonl", lines...) }

// hears waits for the next command.
func (s *fakeScript) hears() (c heard) {
	s.t.Helper()
	s.await("a command", func() bool {
		text, err := os.ReadFile(filepath.Join(s.dir, "a/control.jsonl"))
		if err != nil {
			s.t.Fatal(err)
		}
		line, _, whole := bytes.Cut(bytes.TrimLeft(text[s.read:], "\n"), []byte("\n"))
		if !whole {
			return false
		}
		s.read += bytes.Index(text[s.read:], line) + len(line)
		if err := json.Unmarshal(line, &c); err != nil {
			s.t.Fatal(err)
		}
		return true
	})
	return c
}

// acknowledged waits for the event that acknowledges a command.
func (b *bench) acknowledged(id uint64) (e view.Event) {
	b.t.Helper()
	b.await("an acknowledgement", func() bool {
		events := b.Snapshot().Events
		i := slices.IndexFunc(events, func(e view.Event) bool { return e.Command == id })
		if i >= 0 {
			e = events[i]
		}
		return i >= 0
	})
	return e
}

// await waits until something is so.
func (b *bench) await(what string, so func() bool) {
	b.t.Helper()
	for end := time.Now().Add(2 * time.Minute); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("it never came: %s; the log is %+v", what, b.Snapshot().Events)
		}
	}
}

func value(name, value string) string { return fmt.Sprintf(`,"name":%q,"value":%s`, name, value) }

// Every command comes to the script as it was meant, is pending until that answers,
// and is then acknowledged by its ID.
func TestScriptIsSteered(t *testing.T) {
	s := newScript(t, declared, true, true)
	for i, c := range []struct {
		command view.Command
		pending view.Pending
		hears   heard  // but for its ID and start
		says    string // in its answer
		state   string // that it tells first
		want    view.Event
		after   view.State
	}{
		{view.Command{Kind: view.Pause}, view.Pausing, heard{Kind: "pause"}, "", "paused", view.Event{Kind: view.EventPause, Text: "paused"}, view.Paused},
		{view.Command{Kind: view.StepOnce}, view.Nothing, heard{Kind: "step"}, "", "", view.Event{}, view.Paused},
		{view.Command{Kind: view.Resume}, view.Resuming, heard{Kind: "resume"}, "", "running", view.Event{Kind: view.EventResume, Text: "resumed"}, view.Running},
		{
			view.Command{Kind: view.Set, Setting: "lr", Value: 0.05},
			view.Changing,
			heard{Kind: "set", Name: "lr", Value: 0.05},
			value("lr", "0.05"), "",
			view.Event{Kind: view.EventSetting, Text: "lr is 0.05"},
			view.Running,
		},
		{
			view.Command{Kind: view.Switch, Recipe: "optimizer=adamw,model=small"},
			view.Changing,
			heard{Kind: "choose", Name: "optimizer", Value: "adamw"},
			value("optimizer", `"adamw"`), "",
			view.Event{Kind: view.EventSwitch, Text: "optimizer is adamw"},
			view.Running,
		},
		{view.Command{Kind: view.Save}, view.Nothing, heard{Kind: "checkpoint"}, `,"text":"at.pt"`, "", view.Event{Text: "checkpoint at.pt"}, view.Running},
		{view.Command{Kind: view.Stop}, view.Stopping, heard{Kind: "stop"}, "", "stopped", view.Event{Kind: view.EventEnd, Text: "stops"}, view.Stopped},
	} {
		c.command.ID = uint64(100 + i)
		if err := s.Do(c.command); err != nil {
			t.Fatalf("%v: %v", c.command.Kind, err)
		}
		if got := s.run(s.look(), "a").Pending; got != c.pending {
			t.Errorf("%v: pending is %q, want %q", c.command.Kind, got, c.pending)
		}
		got := s.hears()
		answer := fmt.Sprintf(`{"event":"answer","time":1790000000,"id":%q,"ok":true%s}`, got.ID, c.says)
		if got.ID, got.Start = "", strings.TrimPrefix(got.Start, "s"); got != c.hears {
			t.Errorf("%v: the script is told %+v, want %+v", c.command.Kind, got, c.hears)
		}
		if c.state != "" {
			s.says(fmt.Sprintf(`{"event":"state","time":1790000000,"state":%q,"text":""}`, c.state))
		}
		s.says(answer)
		e := s.acknowledged(c.command.ID)
		c.want.Command, c.want.Run, c.want.Number, c.want.Elapsed = c.command.ID, "a", e.Number, e.Elapsed
		if e != c.want {
			t.Errorf("%v: acknowledged by %+v, want %+v", c.command.Kind, e, c.want)
		}
		if r := s.run(s.look(), "a"); r.State != c.after || r.Pending != view.Nothing {
			t.Errorf("%v: afterwards it is %v, pending %q; want %v", c.command.Kind, r.State, r.Pending, c.after)
		}
	}
	r := s.run(s.Snapshot(), "a")
	if r.Settings[0].Value != 0.05 || r.Method != "adamw small" {
		t.Errorf("it ends with %+v and %q", r.Settings, r.Method)
	}
	if err := s.Do(view.Command{Kind: view.Pause}); err == nil || err.Error() != "a has ended" || len(s.Snapshot().Accepts) > 0 {
		t.Errorf("after its end: %v, and it accepts %v", err, s.Snapshot().Accepts)
	}
}

// A script that refuses is quoted; its setting stays as it was.
func TestScriptRefuses(t *testing.T) {
	s := newScript(t, declared, false, true)
	for i, c := range []struct {
		command view.Command
		want    string
	}{
		{view.Command{Kind: view.Set, Setting: "lr", Value: 1}, "change a setting of: RuntimeError: the wheel came off"},
		{view.Command{Kind: view.Switch, Recipe: "optimizer=adamw,model=small"}, "switch: RuntimeError: the wheel came off"},
		{view.Command{Kind: view.Pause}, "pause: RuntimeError: the wheel came off"},
	} {
		c.command.ID = uint64(1 + i)
		if err := s.Do(c.command); err != nil {
			t.Fatal(err)
		}
		s.says(fmt.Sprintf(`{"event":"answer","time":1790000000,"id":%q,"ok":false,"text":"RuntimeError: the wheel came off"}`, s.hears().ID))
		if e := s.acknowledged(c.command.ID); e.Kind != view.EventRefused || e.Text != c.want {
			t.Errorf("%v: acknowledged by %+v, want a refusal, %q", c.command.Kind, e, c.want)
		}
		if r := s.run(s.Snapshot(), "a"); r.Pending != view.Nothing || r.Settings[0].Value != 0.1 || r.Method != "sgd small" {
			t.Errorf("%v: afterwards it has %+v, %q, pending %q", c.command.Kind, r.Settings, r.Method, r.Pending)
		}
	}
}

// What a script does not declare is refused before it is told anything.
func TestScriptIsNotTold(t *testing.T) {
	s := newScript(t, declared, false, true)
	for _, c := range []struct {
		command view.Command
		want    string
	}{
		{view.Command{Kind: view.Save}, "the script of a does not let save a checkpoint of it"},
		{view.Command{Kind: view.Branch}, "does not let branch it"},
		{view.Command{Kind: view.Set, Setting: "lr", Value: 1.5}, "lr must be a number from 0 to 1"},
		{view.Command{Kind: view.Set, Setting: "batch", Value: 0}, "batch must be a number from 1"},
		{view.Command{Kind: view.Set, Setting: "optimizer", Value: 1}, `does not declare the number "optimizer"`},
		{view.Command{Kind: view.Set, Setting: "decay", Value: 1}, `does not declare the number "decay"`},
		{view.Command{Kind: view.Switch, Recipe: "optimizer=lion"}, "optimizer may be sgd, adamw"},
		{view.Command{Kind: view.Switch, Recipe: "loss=mse"}, `does not declare the choice "loss"`},
		{view.Command{Kind: view.Pause, Run: 9}, "there is no such run"},
	} {
		if err := s.Do(c.command); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.command, err, c.want)
		}
	}
	if text, err := os.ReadFile(filepath.Join(s.dir, "a/control.jsonl")); err != nil || len(text) > 0 {
		t.Errorf("it was told %q, %v", text, err)
	}
}

// A run obeys what its script declares, and only while somebody may drive.
func TestScriptDeclares(t *testing.T) {
	always := []view.CommandKind{view.Pause, view.Resume, view.StepOnce, view.Stop}
	for _, c := range []struct {
		controls   string
		checkpoint bool
		steer      bool
		want       []view.CommandKind
	}{
		{"[]", false, true, always},
		{"[]", true, true, append(slices.Clone(always), view.Save)},
		{`[{"name":"lr","kind":"number","value":1}]`, false, true, append(slices.Clone(always), view.Set)},
		{`[{"name":"o","kind":"choice","options":["a"],"value":"a"}]`, false, true, append(slices.Clone(always), view.Switch)},
		{declared, true, true, append(slices.Clone(always), view.Save, view.Set, view.Switch)},
		{declared, true, false, nil},
	} {
		s := newScript(t, c.controls, c.checkpoint, c.steer)
		snap := s.Snapshot()
		r := s.run(snap, "a")
		if !slices.Equal(snap.Accepts, c.want) || !slices.Equal(r.Accepts, c.want) {
			t.Errorf("%s: the source accepts %v, the run %v; want %v", c.controls, snap.Accepts, r.Accepts, c.want)
		}
		for k := view.Pause; k <= view.Save; k++ {
			if got := r.Obeys(k); got != slices.Contains(c.want, k) {
				t.Errorf("%s: it obeys %v: %v", c.controls, k, got)
			}
		}
		if err := s.Do(view.Command{Kind: view.Pause}); !c.steer && (err == nil || err.Error() != "this screen only looks") {
			t.Errorf("who only looks is told %v", err)
		}
	}
}

// The choices that a script declares are the parts of a method.
func TestScriptOffers(t *testing.T) {
	s := newScript(t, declared, false, true)
	for _, c := range []struct {
		choice []string
		at     [2]int
		recipe string
		same   bool
	}{
		{nil, [2]int{0, 0}, "optimizer=sgd,model=small", true},
		{[]string{"adamw"}, [2]int{1, 0}, "optimizer=adamw,model=small", false},
		{[]string{"sgd", "large"}, [2]int{0, 1}, "optimizer=sgd,model=large", false},
	} {
		o := s.Offer(view.Command{Kind: view.Switch, Choice: c.choice})
		if o.Refused != "" || o.Ask != "" || o.Recipe != c.recipe || o.Same != c.same || !strings.Contains(o.Summary, c.recipe) || len(o.Parts) != 2 {
			t.Fatalf("%v: the offer is %+v", c.choice, o)
		}
		for i, want := range []view.Part{
			{Title: "optimizer", Choices: []view.Choice{{Name: "sgd", Title: "sgd"}, {Name: "adamw", Title: "adamw"}}},
			{Title: "model", Choices: []view.Choice{{Name: "small", Title: "small"}, {Name: "large", Title: "large"}}},
		} {
			if p := o.Parts[i]; p.Title != want.Title || !slices.Equal(p.Choices, want.Choices) || p.At != c.at[i] {
				t.Errorf("%v: part %d is %+v, want %+v at %d", c.choice, i, p, want, c.at[i])
			}
		}
	}
	if o := s.Offer(view.Command{Kind: view.Pause}); o.Ask != "" || o.Refused != "" {
		t.Errorf("before a pause it asks %q, and refuses %q", o.Ask, o.Refused)
	}
	if o := s.Offer(view.Command{Kind: view.Save}); !strings.Contains(o.Refused, "does not let save a checkpoint of it") {
		t.Errorf("of a checkpoint that it cannot make: %+v", o)
	}
}

// Neither whoever gives a command nor the screen waits for the file that it goes to.
// Commands come in their order, how each went is told when that is known, and there is
// an end to how many may wait.
func TestNobodyWaitsForAScriptsFile(t *testing.T) {
	s := newScript(t, declared, false, true)
	steered := s.runs[0].steered
	asked, answer, send := make(chan script.Command, mostLetters), make(chan error), steered.send
	steered.send = func(c script.Command) (string, error) {
		asked <- c
		if err := <-answer; err != nil {
			return "", err
		}
		return send(c)
	}
	for i := range mostLetters {
		c := view.Command{ID: uint64(i + 1), Kind: view.Set, Setting: "batch", Value: float64(i + 1)}
		if err := s.Do(c); err != nil { // it comes back while nothing is written
			t.Fatal(err)
		}
	}
	if err := s.Do(view.Command{Kind: view.Pause}); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("one more: %v", err)
	}
	if r := s.run(s.Snapshot(), "a"); r.Pending != view.Changing {
		t.Errorf("meanwhile %q is pending", r.Pending)
	}
	for i := range mostLetters {
		if c := <-asked; c.Value != float64(i+1) {
			t.Errorf("the command in place %d sets %v", i, c.Value)
		}
		if i != 2 {
			answer <- errors.New("stale file handle")
			if e := s.acknowledged(uint64(i + 1)); e.Kind != view.EventRefused || !strings.HasSuffix(e.Text, ": stale file handle") {
				t.Errorf("it is told as %+v", e)
			}
			continue
		}
		answer <- nil
		s.says(fmt.Sprintf(`{"event":"answer","time":1790000000,"id":%q,"ok":true,"name":"batch","value":3}`, s.hears().ID))
		if e := s.acknowledged(3); e.Kind != view.EventSetting || e.Text != "batch is 3" {
			t.Errorf("it is told as %+v", e)
		}
	}
}
