package recording

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

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
)

func newInventory() *device.Inventory {
	i := &device.Inventory{}
	i.Opened("test", device.Diagnosis{}, []device.Device{{ID: "GPU-a"}}, devicetest.Epoch)
	return i
}

// one is a frame of one device that is busy to some percent.
func one(id device.ID, at time.Time, busy float64, throttle device.Throttle) device.Frame {
	s := device.Sample{ID: id, At: at}
	s.Readings[device.Busy] = device.Measured(busy, at)
	s.Readings[device.ThrottleReasons] = device.Measured(float64(throttle), at)
	return device.Frame{Samples: []device.Sample{s}}
}

// recorded is a recording of some seconds, as a Recorder writes it.
func recorded(t testing.TB) string {
	t.Helper()
	var out bytes.Buffer
	r := Recorder{W: &out}
	b := newInventory()
	b.Restore("nvml", device.Present, "")
	for n := range 10 {
		at := devicetest.Second(n)
		f := one("GPU-a", at, float64(n), device.ThrottlePowerCap)
		s := &f.Samples[0]
		s.Readings[device.Power] = device.Missing(device.Unsupported, at)
		s.Readings[device.ProcessCount] = device.Measured(1, at)
		s.Processes = []device.Process{{PID: 7, User: "root", Command: "python", Memory: device.Measured(5, at), SM: device.Missing(device.Denied, at), GI: -1, CI: -1}}
		s.Readings[device.InstanceCount] = device.Measured(1, at)
		s.Instances = []device.Instance{{ID: "MIG-a", GI: 1, MemoryUsed: device.Missing(device.Failed, at), MemoryTotal: device.Measured(9, at)}}
		if n == 4 {
			f.Events = []device.Event{{At: at, ID: "GPU-a", Kind: device.EventXid, Xid: 79}}
		}
		if n == 6 {
			*s = device.Sample{ID: "GPU-a", At: at, State: device.Lost, Hint: "fell"}
		}
		b.Merge(f, device.AllTiers, at)
		b.SetHost(device.Host{At: at, CPU: device.Measured(40, at), Cores: []device.Reading{device.Measured(30, at), device.Missing(device.Unknown, at)}, MemoryTotal: device.Measured(100, at)})
		if err := r.Record(b.View(at)); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// TestReplay plays a recording: the same devices, history and events.
func TestReplay(t *testing.T) {
	p := Play(t.Context(), strings.NewReader(recorded(t)), "x.jsonl", false)
	if err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	v := p.View()
	if v.Backend != "nvml" || v.Replaying != "x.jsonl" || !v.Ended || v.RecordedAt != devicetest.Second(9) || len(v.Devices) != 1 {
		t.Fatalf("got %+v", v)
	}
	d := &v.Devices[0]
	if d.Value(device.Busy) != 9 || d.Readings[device.Power].Quality != device.Unsupported || len(d.History) != 10 || d.History[5].Values[device.Busy] != 5 || d.History[6].Values[device.Busy] == 6 {
		t.Errorf("got %+v", d)
	}
	at := devicetest.Second(9)
	if want := (device.Process{PID: 7, User: "root", Command: "python", Memory: device.Measured(5, at), SM: device.Missing(device.Denied, at), GI: -1, CI: -1}); d.Processes[0] != want {
		t.Errorf("got %+v, want %+v", d.Processes[0], want)
	}
	if want := (device.Instance{ID: "MIG-a", GI: 1, MemoryUsed: device.Missing(device.Failed, at), MemoryTotal: device.Measured(9, at)}); d.Instances[0] != want {
		t.Errorf("got %+v, want %+v", d.Instances[0], want)
	}
	var got []device.EventKind
	for _, e := range v.Events {
		got = append(got, e.Kind)
	}
	if want := []device.EventKind{device.EventThrottle, device.EventXid, device.EventLost, device.EventThrottleEnd, device.EventBack, device.EventThrottle}; !reflect.DeepEqual(got, want) {
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
	b := newInventory()
	for n := range 6 {
		switch n {
		case 2:
			b.Closed(device.Dropped, "the driver was\x1b[2J replaced", devicetest.Second(n))
		case 4:
			b.Opened("test", device.Diagnosis{}, []device.Device{{ID: "GPU-a"}}, devicetest.Second(n))
		}
		if n < 2 || n > 3 {
			b.Merge(one("GPU-a", devicetest.Second(n), 0, 0), device.AllTiers, devicetest.Second(n))
		}
		if err := r.Record(b.View(devicetest.Second(n))); err != nil {
			t.Fatal(err)
		}
	}
	p := Play(t.Context(), strings.NewReader(out.String()), "x", false)
	if err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range p.View().Events {
		if e.Kind == device.EventDriver {
			got = append(got, fmt.Sprintf("%d %s", int(e.At.Sub(devicetest.Epoch).Seconds()), e.Text))
		}
	}
	if want := []string{"2 the driver was[2J replaced", "4 the driver was opened anew"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestReplayAbsence: why no device answers is played as it was recorded, and is
// found in the reason where an earlier version has recorded that alone.
func TestReplayAbsence(t *testing.T) {
	var out bytes.Buffer
	r := Recorder{W: &out}
	for why := range device.Stopped + 1 {
		if err := r.Record(&device.View{At: devicetest.Epoch, Backend: "none", Absence: why, Reason: "the reason"}); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.SplitAfter(out.String(), "\n")[:device.Stopped+1]
	want := []device.Absence{device.Withheld, device.NoGPU, device.Withheld, device.Dropped, device.Silent, device.Stopped} // the first is as of an earlier version: a reason alone
	for _, old := range []struct {
		reason string
		want   device.Absence
	}{{"", device.Present}, {`,"reason":"no GPU: no nvidia-smi, no AMD GPU"`, device.NoGPU}, {`,"reason":"nvml: the NVIDIA driver is not loaded"`, device.Withheld}} {
		lines = append(lines, `{"schema":1,"at":"2026-01-02T03:04:05Z","backend":"none"`+old.reason+`,"devices":[]}`)
		want = append(want, old.want)
	}
	for i, line := range lines {
		p := Play(t.Context(), strings.NewReader(line), "x", false)
		if err := p.Wait(); err != nil || p.View().Absence != want[i] {
			t.Errorf("%s: got %v, %v, want %v", line, p.View().Absence, err, want[i])
		}
	}
}

// TestReplayRealTime plays a line a second, with its times moved to now.
func TestReplayRealTime(t *testing.T) {
	text := recorded(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		began := time.Now()
		p := Play(ctx, strings.NewReader(text), "x.jsonl", true)
		time.Sleep(2500 * time.Millisecond)
		synctest.Wait()
		v := p.View()
		if d := &v.Devices[0]; d.Value(device.Busy) != 2 || !v.At.Equal(began.Add(2*time.Second)) || d.Age(time.Now()) != 500*time.Millisecond || v.Ended {
			t.Errorf("got %v %% at %v, want the third line", d.Value(device.Busy), v.At.Sub(began))
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
		"absence":   {`{"schema":1,"at":"2026-01-01T00:00:00Z","absence":"bored"}` + "\n", `found absence "bored"`},
		"too large": {`{"schema":1,"at":` + strings.Repeat(" ", lineLimit) + "}\n", "more than"},
	} {
		p := Play(t.Context(), strings.NewReader(c.text), "x", false)
		err := p.Wait()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if v := p.View(); err != nil && (v.Absence != device.Stopped || !strings.Contains(v.Reason, c.want)) {
			t.Errorf("%s: the view says %v, %q", name, v.Absence, v.Reason)
		}
	}
}

// TestReplayCleans: a recording may come from anywhere, and what it says is
// printed on a terminal.
func TestReplayCleans(t *testing.T) {
	evil := `\u001b[2J`
	text := strings.NewReplacer("GPU-a", "GPU-a"+evil, "root", "root"+evil, "python", "python"+evil, "nvml", "nvml"+evil, "MIG-a", "MIG-a"+evil, "fell", "fell"+evil).Replace(recorded(t))
	p := Play(t.Context(), strings.NewReader(text), "x", false)
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
		frame, err := parseLine(text, same)
		if err != nil {
			return
		}
		var b device.Inventory
		frame.mergeInto(&b, frame.at)
		var out bytes.Buffer
		if err := (&Recorder{W: &out}).Record(b.View(frame.at)); err != nil {
			if _, bad := err.(*json.MarshalerError); bad || strings.Contains(err.Error(), "year") {
				return // a time that JSON does not have
			}
			t.Fatal(err)
		}
		if strings.ContainsAny(out.String(), "\x1b\a") {
			t.Errorf("what a terminal obeys was kept: %q", out.String())
		}
		if _, err := parseLine(out.Bytes(), same); err != nil {
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
	b := device.Inventory{}
	for second, xid := range []int{0, 13, 79} {
		now := at.Add(time.Duration(second) * time.Second)
		if xid > 0 {
			b.Merge(device.Frame{Events: []device.Event{{At: now.Add(-1500 * time.Millisecond), ID: "GPU-a", Kind: device.EventXid, Xid: xid}}}, 0, now)
		}
		for range 2 {
			if err := r.Record(b.View(now)); err != nil {
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
