package device

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// recorded is a recording of some seconds, as a Recorder writes it.
func recorded(t testing.TB) string {
	t.Helper()
	var out bytes.Buffer
	r := Recorder{W: &out}
	b := newBook()
	b.backend = "nvml"
	for n := range 10 {
		at := second(n)
		f := one("GPU-a", at, float64(n), ThrottlePowerCap)
		s := &f.Samples[0]
		s.Readings[Power] = bad(Unsupported, at)
		s.Readings[ProcessCount] = good(1, at)
		s.Processes = []Process{{PID: 7, User: "root", Command: "python", Memory: good(5, at), SM: bad(Denied, at), GI: -1, CI: -1}}
		s.Readings[InstanceCount] = good(1, at)
		s.Instances = []Instance{{ID: "MIG-a", GI: 1, MemoryUsed: bad(Failed, at), MemoryTotal: good(9, at)}}
		if n == 4 {
			f.Events = []Event{{At: at, ID: "GPU-a", Kind: EventXid, Xid: 79, Text: xidText(79)}}
		}
		if n == 6 {
			*s = Sample{ID: "GPU-a", At: at, State: Lost, Hint: "fell"}
		}
		b.merge(f, AllTiers, at)
		b.host = Host{At: at, CPU: good(40, at), Cores: []Reading{good(30, at), bad(Unknown, at)}, MemoryTotal: good(100, at)}
		if err := r.Record(b.view(at)); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// TestReplay plays a recording: the same devices, history and events.
func TestReplay(t *testing.T) {
	p := StartReplay(t.Context(), strings.NewReader(recorded(t)), "x.jsonl", false)
	if err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	v := p.View()
	if v.Backend != "nvml" || v.Replaying != "x.jsonl" || !v.Ended || v.RecordedAt != second(9) || len(v.Devices) != 1 {
		t.Fatalf("got %+v", v)
	}
	d := &v.Devices[0]
	if d.Value(Busy) != 9 || d.Readings[Power].Quality != Unsupported || len(d.History) != 10 || d.History[5].Values[Busy] != 5 || d.History[6].Values[Busy] == 6 {
		t.Errorf("got %+v", d)
	}
	at := second(9)
	if want := (Process{PID: 7, User: "root", Command: "python", Memory: good(5, at), SM: bad(Denied, at), GI: -1, CI: -1}); d.Processes[0] != want {
		t.Errorf("got %+v, want %+v", d.Processes[0], want)
	}
	if want := (Instance{ID: "MIG-a", GI: 1, MemoryUsed: bad(Failed, at), MemoryTotal: good(9, at)}); d.Instances[0] != want {
		t.Errorf("got %+v, want %+v", d.Instances[0], want)
	}
	var got []EventKind
	for _, e := range v.Events {
		got = append(got, e.Kind)
	}
	if want := []EventKind{EventThrottle, EventXid, EventLost, EventThrottleEnd, EventBack, EventThrottle}; !reflect.DeepEqual(got, want) {
		t.Errorf("events: got %v, want %v", got, want)
	}
	if v.Host.CPU.Value != 40 || len(v.Host.Cores) != 2 || len(v.Host.History) != 10 {
		t.Errorf("host: got %+v", v.Host)
	}
}

// TestReplayDriver: that the driver went away and came back is played as it was
// recorded.
func TestReplayDriver(t *testing.T) {
	var out bytes.Buffer
	r := Recorder{W: &out}
	b := newBook()
	for n := range 6 {
		switch n {
		case 2:
			b.closed("the driver was\x1b[2J replaced", second(n))
		case 4:
			b.opened("test", Diagnosis{}, []Device{{ID: "GPU-a"}}, second(n))
		}
		if n < 2 || n > 3 {
			b.merge(one("GPU-a", second(n), 0, 0), AllTiers, second(n))
		}
		if err := r.Record(b.view(second(n))); err != nil {
			t.Fatal(err)
		}
	}
	p := StartReplay(t.Context(), strings.NewReader(out.String()), "x", false)
	if err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range p.View().Events {
		if e.Kind == EventDriver {
			got = append(got, fmt.Sprintf("%d %s", int(e.At.Sub(epoch).Seconds()), e.Text))
		}
	}
	if want := []string{"2 the driver was[2J replaced", "4 the driver was opened anew"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestReplayRealTime plays a line a second, with its times moved to now.
func TestReplayRealTime(t *testing.T) {
	text := recorded(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		began := time.Now()
		p := StartReplay(ctx, strings.NewReader(text), "x.jsonl", true)
		pass(2500 * time.Millisecond)
		v := p.View()
		if d := &v.Devices[0]; d.Value(Busy) != 2 || !v.At.Equal(began.Add(2*time.Second)) || d.Age(time.Now()) != 500*time.Millisecond || v.Ended {
			t.Errorf("got %v %% at %v, want the third line", d.Value(Busy), v.At.Sub(began))
		}
		cancel()
		if err := p.Wait(); err == nil {
			t.Error("got no error from one that was cut short")
		}
	})
}

// TestReplayMistakes names the line and what is wrong with it. A last line that
// was cut off is none.
func TestReplayMistakes(t *testing.T) {
	text := recorded(t)
	lines := strings.SplitAfter(text, "\n")
	for name, c := range map[string]struct{ text, want string }{
		"empty":     {"", "is empty"},
		"no JSON":   {lines[0] + "hello\n" + lines[1], "x:2: "},
		"schema":    {strings.Replace(lines[0], `"schema":1`, `"schema":7`, 1), "x:1: found schema 7; expected 1"},
		"state":     {strings.Replace(lines[0], `"up"`, `"fine"`, 1), `found state "fine"`},
		"reading":   {strings.Replace(lines[0], `"unsupported"`, `"dunno"`, 1), `found reading "dunno"`},
		"no time":   {`{"schema":1}` + "\n", "found no time"},
		"cut off":   {lines[0] + lines[1][:50], ""},
		"no id":     {strings.Replace(lines[0], `"GPU-a"`, `""`, 1), "without"},
		"too large": {`{"schema":1,"at":` + strings.Repeat(" ", lineLimit) + "}\n", "more than"},
	} {
		p := StartReplay(t.Context(), strings.NewReader(c.text), "x", false)
		err := p.Wait()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if err != nil && !strings.Contains(p.View().Reason, c.want) {
			t.Errorf("%s: the view says %q", name, p.View().Reason)
		}
	}
}

// TestReplayCleans: a recording may come from anywhere, and what it says is
// printed on a terminal.
func TestReplayCleans(t *testing.T) {
	evil := `\u001b[2J`
	text := strings.NewReplacer("GPU-a", "GPU-a"+evil, "root", "root"+evil, "python", "python"+evil, "nvml", "nvml"+evil, "MIG-a", "MIG-a"+evil, "fell", "fell"+evil).Replace(recorded(t))
	p := StartReplay(t.Context(), strings.NewReader(text), "x", false)
	if err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%+v", *p.View()); strings.Contains(got, "\x1b") || !strings.Contains(got, "python[2J") {
		t.Errorf("got %q", got)
	}
}

// FuzzReplay: a line is refused, or says the same when it is recorded again.
func FuzzReplay(f *testing.F) {
	for line := range strings.Lines(recorded(f)) {
		f.Add([]byte(line))
	}
	f.Add([]byte(`{"schema":1,"at":"2026-01-01T00:00:00Z","devices":[{"id":"a\u001b[2J","state":"hung"}]}`))
	same := func(t time.Time) time.Time { return t }
	f.Fuzz(func(t *testing.T, text []byte) {
		frame, err := parseRecorded(text, same)
		if err != nil {
			return
		}
		var b book
		f := frame.frame
		f.Devices = frame.devices
		b.backend, b.reason, b.host = frame.backend, frame.reason, frame.host
		b.merge(f, AllTiers, frame.at)
		var out bytes.Buffer
		if err := (&Recorder{W: &out}).Record(b.view(frame.at)); err != nil {
			if _, bad := err.(*json.MarshalerError); bad || strings.Contains(err.Error(), "year") {
				return // a time that JSON does not have
			}
			t.Fatal(err)
		}
		if strings.ContainsAny(out.String(), "\x1b\a") {
			t.Errorf("what a terminal obeys was kept: %q", out.String())
		}
		if _, err := parseRecorded(out.Bytes(), same); err != nil {
			t.Errorf("%s\nwas recorded as\n%s: %v", text, out.String(), err)
		}
	})
}

// An event that a view shows late, after others that happened later, is recorded
// all the same, and once: Xids are heard when they happen and told with a sample.
func TestLateEventsAreRecorded(t *testing.T) {
	var out bytes.Buffer
	r := Recorder{W: &out}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	b := book{}
	for second, xid := range []int{0, 13, 79} {
		now := at.Add(time.Duration(second) * time.Second)
		if xid > 0 {
			b.log(Event{At: now.Add(-1500 * time.Millisecond), ID: "GPU-a", Kind: EventXid, Xid: xid})
		}
		for range 2 {
			if err := r.Record(b.view(now)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, xid := range []string{`"xid":13`, `"xid":79`} {
		if n := strings.Count(out.String(), xid); n != 1 {
			t.Errorf("%s is recorded %d times in\n%s", xid, n, out.String())
		}
	}
}

// A pmon that says nothing any more has no processes to tell of.
func TestSilentPmon(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	table := pmonTable{complete: []pmonRow{{index: 0, pid: 12}}, any: true, at: at}
	if _, q := table.latest(at.Add(2 * time.Second)); q != OK {
		t.Errorf("two seconds later: got %v", q)
	}
	if rows, q := table.latest(at.Add(time.Minute)); q != Failed {
		t.Errorf("a minute later: got %v, %v", rows, q)
	}
}
