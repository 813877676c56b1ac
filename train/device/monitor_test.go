package device

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// acted is a sampler that a test acts.
type acted struct {
	devices []Device
	fewer   bool // it lists only the first when it is opened again
	opens   atomic.Int32
	closes  atomic.Int32
	tiers   [8]atomic.Int32 // how often each set of tiers was asked for
	asking  atomic.Value    // ID

	mu sync.Mutex
	script
}

// script is what a sampler does.
type script struct {
	open   func() error
	sample func(f *Frame) error // nil: all is well
	hang   chan struct{}        // a sample waits until it is closed
}

// act changes what it does from now on.
func (s *acted) act(change func(*script)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.script)
}

func (s *acted) now() script {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.script
}

func (s *acted) Name() string { return "acted" }

func (s *acted) Open(context.Context) ([]Device, error) {
	s.opens.Add(1)
	if open := s.now().open; open != nil {
		if err := open(); err != nil {
			return nil, err
		}
	}
	if s.opens.Load() > 1 && s.fewer {
		return s.devices[:1], nil
	}
	return s.devices, nil
}

func (s *acted) Sample(_ context.Context, tiers Tier) (Frame, error) {
	s.tiers[tiers].Add(1)
	acts := s.now()
	if acts.hang != nil {
		s.asking.Store(s.devices[0].ID)
		<-acts.hang
	}
	var f Frame
	for _, d := range s.devices {
		sample := Sample{ID: d.ID, At: time.Now()}
		sample.Readings[Busy] = Measured(50, sample.At)
		f.Samples = append(f.Samples, sample)
	}
	if acts.sample != nil {
		err := acts.sample(&f)
		return f, err
	}
	return f, nil
}

func (s *acted) Asking() (ID, string) {
	id, _ := s.asking.Load().(ID)
	return id, "nvmlDeviceGetPowerUsage"
}

func (s *acted) Diagnosis() Diagnosis { return Diagnosis{Source: "a test"} }
func (s *acted) Close() error         { s.closes.Add(1); return nil }

func twoDevices() []Device {
	return []Device{{ID: "GPU-a", Index: 0, Name: "A"}, {ID: "GPU-b", Index: 1, Name: "B"}}
}

// start begins a monitor of an acted sampler, and ends it with the test.
func start(t *testing.T, s ...Sampler) *Monitor {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	m := Start(ctx, Options{Samplers: s, Host: stillHost{}})
	t.Cleanup(func() { cancel(); m.Wait() })
	return m
}

// pass lets time pass and everything come to rest.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func kinds(events []Event, id ID) (out []EventKind) {
	for _, e := range events {
		if e.ID == id {
			out = append(out, e.Kind)
		}
	}
	return out
}

func TestMonitorCadence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &acted{devices: twoDevices()}
		s.act(func(next *script) { next.open = func() error { time.Sleep(time.Millisecond); return nil } })
		m := start(t, s)
		if v := m.View(); !v.Opening || v.Backend != "none" {
			t.Errorf("at once: got %+v, want that it is being opened", v)
		}
		pass(20*time.Second + 500*time.Millisecond)
		for tiers, want := range map[Tier]int32{AllTiers: 3, Fast | Processes: 8, Fast: 10, Slow: 0} {
			if got := s.tiers[tiers].Load(); got != want {
				t.Errorf("tiers %03b: asked for %d times in 20 s, want %d", tiers, got, want)
			}
		}
		v := m.View()
		if v.Backend != "acted" || v.Absence != Present || v.Reason != "" || v.Opening || v.Generation != 1 || len(v.Devices) != 2 || v.Diagnosis.Source != "a test" {
			t.Errorf("got %+v", v)
		}
		d := &v.Devices[1]
		if d.State != Up || d.Value(Busy) != 50 || !math.IsNaN(d.Value(Power)) || d.Age(v.At) != 0 || d.Stale(time.Now()) {
			t.Errorf("got %+v, want it up at 50 %%, without power", d)
		}
		if n := len(d.History); n != 21 || d.History[20].Values[Busy] != 50 || !math.IsNaN(float64(d.History[20].Values[Power])) {
			t.Errorf("got %d points, want 21", n)
		}
	})
}

// TestMonitorHung: a call that does not return marks its device, no second one
// is made, and neither viewers nor the end wait.
func TestMonitorHung(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &acted{devices: twoDevices()}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		m := Start(ctx, Options{Samplers: []Sampler{s}, Host: stillHost{}})
		pass(2500 * time.Millisecond)
		hang := make(chan struct{})
		s.act(func(next *script) { next.hang = hang })
		pass(2 * time.Second)
		if v := m.View(); v.Devices[0].State != Up || !v.Devices[0].Stale(time.Now().Add(2*time.Second)) {
			t.Errorf("before the limit: got %v, want it up", v.Devices[0].State)
		}
		asked := s.tiers[Fast].Load() + s.tiers[Fast|Processes].Load()
		pass(4 * time.Second)
		v := m.View()
		if d := v.Devices[0]; d.State != Hung || !strings.Contains(d.Hint, "nvmlDeviceGetPowerUsage has not returned for") || !math.IsNaN(d.Value(Busy)) {
			t.Errorf("got %v, %q, want it hung in a named call", d.State, d.Hint)
		}
		if d := v.Devices[1]; d.State != Up || !d.Stale(time.Now()) {
			t.Errorf("the other: got %v, want it up and stale", d.State)
		}
		if last := v.Devices[1].History; !math.IsNaN(float64(last[len(last)-1].Values[Busy])) {
			t.Error("the other's history has no gap")
		}
		if got := s.tiers[Fast].Load() + s.tiers[Fast|Processes].Load(); got != asked {
			t.Errorf("a second call was made: %d, want %d", got, asked)
		}
		s.act(func(next *script) { next.hang = nil })
		close(hang)
		pass(time.Second)
		if v := m.View(); v.Devices[0].State != Up || len(v.Devices[0].History) < 8 {
			t.Errorf("got %v with %d points, want it back with its history", v.Devices[0].State, len(v.Devices[0].History))
		}
		if got := kinds(m.View().Events, "GPU-a"); len(got) != 2 || got[0] != EventLost || got[1] != EventBack {
			t.Errorf("events: got %v, want lost and back", got)
		}

		forever := make(chan struct{})
		defer close(forever) // the bubble wants its goroutines ended
		s.act(func(next *script) { next.hang = forever })
		pass(5 * time.Second)
		began := time.Now()
		cancel()
		m.Wait()
		if waited := time.Since(began); waited != 0 {
			t.Errorf("the end waited for %v", waited)
		}
		if v := m.View(); !v.Ended {
			t.Error("the last view does not say that nothing more will come")
		}
	})
}

// TestMonitorOpenHangs: the driver does not even open.
func TestMonitorOpenHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		forever := make(chan struct{})
		s := &acted{devices: twoDevices(), script: script{open: func() error { <-forever; return nil }}}
		ctx, cancel := context.WithCancel(t.Context())
		m := Start(ctx, Options{Samplers: []Sampler{s}, Host: stillHost{}})
		pass(10 * time.Second)
		if v := m.View(); !v.Opening || v.Absence != Silent {
			t.Errorf("got %+v, want that it is still being opened", v)
		}
		pass(25 * time.Second)
		if v := m.View(); v.Opening || v.Absence != Silent || !strings.Contains(v.Reason, "has not answered for 3") {
			t.Errorf("got reason %q, want that the driver does not answer", v.Reason)
		}
		cancel()
		m.Wait()
		close(forever)
	})
}

// TestMonitorDriverReplaced: a new generation, and the history goes on.
func TestMonitorDriverReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &acted{devices: twoDevices(), fewer: true}
		m := start(t, s)
		pass(5500 * time.Millisecond)
		var mended atomic.Bool
		s.act(func(next *script) {
			next.sample = func(f *Frame) error {
				if !mended.Load() {
					return errReplaced
				}
				f.Samples = f.Samples[:1]
				return nil
			}
			next.open = func() error {
				if !mended.Load() {
					return &OpenError{Backend: "acted", Class: Mismatch, Hint: "updated"}
				}
				return nil
			}
		})
		pass(1100 * time.Millisecond)
		v := m.View()
		if v.Devices[0].State != Lost || v.Reason == "" || v.Absence != Dropped || !math.IsNaN(v.Devices[0].Value(Busy)) {
			t.Errorf("got %v, %q, want lost with the reason", v.Devices[0].State, v.Reason)
		}
		pass(3 * time.Second)
		if got := s.opens.Load(); got != 2 {
			t.Errorf("opened %d times, want the second at once and the next after 5 s", got)
		}
		if v := m.View(); v.Absence != Withheld || !strings.Contains(v.Reason, "updated") {
			t.Errorf("got reason %q, want that of the failure", v.Reason)
		}
		mended.Store(true)
		pass(6 * time.Second)
		v = m.View()
		if v.Generation != 2 || v.Reason != "" || v.Absence != Present || v.Devices[0].State != Up || v.Devices[1].State != Gone || len(v.Devices[1].History) == 0 {
			t.Errorf("got generation %d, %q, %v and %v, want 2, up and gone", v.Generation, v.Reason, v.Devices[0].State, v.Devices[1].State)
		}
		gaps := 0
		for _, p := range v.Devices[0].History {
			if math.IsNaN(float64(p.Values[Busy])) {
				gaps++
			}
		}
		if gaps < 5 || gaps == len(v.Devices[0].History) {
			t.Errorf("%d of %d points are gaps, want those of the time without a driver", gaps, len(v.Devices[0].History))
		}
		if s.closes.Load() == 0 {
			t.Error("it was not closed before it was opened anew")
		}
	})
}

// What a driver reported in the sample in which it went away is not lost with it.
func TestEventsOfTheLastSample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &acted{devices: twoDevices()}
		m := start(t, s)
		pass(2500 * time.Millisecond)
		s.act(func(next *script) {
			next.sample = func(f *Frame) error {
				f.Events = []Event{XidEvent(time.Now(), "GPU-a", 79)}
				return errReplaced
			}
		})
		pass(1100 * time.Millisecond)
		if got := kinds(m.View().Events, "GPU-a"); len(got) < 2 || got[len(got)-2] != EventXid || got[len(got)-1] != EventLost {
			t.Errorf("events %v, want the Xid and then that it is lost", got)
		}
	})
}

var errReplaced = errors.New("replaced")

// TestMonitorPanic: a sampler's panic is a backend that failed.
func TestMonitorPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &acted{devices: twoDevices()}
		s.sample = func(*Frame) error {
			if s.opens.Load() == 1 {
				panic("oops")
			}
			return nil
		}
		m := start(t, s)
		pass(500 * time.Millisecond)
		if v := m.View(); !strings.Contains(v.Reason, "oops") {
			t.Errorf("got reason %q, want the panic", v.Reason)
		}
		pass(3 * time.Second)
		if v := m.View(); v.Reason != "" || v.Devices[0].State != Up {
			t.Errorf("got %q, want it up again", v.Reason)
		}
	})
}

// stillHost is a host on which nothing happens.
type stillHost struct{}

func (stillHost) Sample(at time.Time) Host { return Host{At: at} }

// panicking is a host that is well until it is not.
type panicking struct{ now *atomic.Bool }

func (p panicking) Sample(at time.Time) Host {
	if p.now.Load() {
		panic("oops")
	}
	return Host{At: at}
}

// TestMonitorPanics: a monitor that panics says so, and lets go of the driver.
func TestMonitorPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := &acted{devices: twoDevices()}
		var now atomic.Bool
		m := Start(ctx, Options{Samplers: []Sampler{s}, Host: panicking{&now}})
		pass(1500 * time.Millisecond)
		now.Store(true)
		pass(2 * time.Second)
		m.Wait()
		if v := m.View(); !v.Ended || v.Absence != Stopped || !strings.Contains(v.Reason, "oops") {
			t.Errorf("got %q, want that the monitor has ended with the panic", v.Reason)
		}
		select {
		case <-m.worker.done:
		default:
			t.Error("the worker still waits for requests")
			m.worker.finish()
		}
		if got := s.closes.Load(); got != 1 {
			t.Errorf("the backend was closed %d times, want once", got)
		}
	})
}

// TestMonitorNone says why there is no device, and goes on with the host.
func TestMonitorNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		none := &acted{script: script{open: func() error { return &OpenError{Backend: "a", Class: NoLibrary, Hint: "no library"} }}}
		empty := &acted{}
		m := start(t, none, empty)
		pass(3 * time.Second)
		v := m.View()
		if v.Backend != "none" || v.Absence != NoGPU || v.Reason != "no GPU: no library, lists no GPU" || v.Opening || len(v.Devices) != 0 || v.Host.At.IsZero() {
			t.Errorf("got %q, %q", v.Backend, v.Reason)
		}
		pass(10 * time.Minute)
		if n := none.opens.Load(); n < 10 || n > 20 {
			t.Errorf("tried %d times in ten minutes, want about one a minute", n)
		}
	})
}

// TestOpenFirstReason: what the user can mend matters more than what is absent.
func TestOpenFirstReason(t *testing.T) {
	fail := func(class Class, hint string) Sampler {
		return &acted{script: script{open: func() error { return &OpenError{Backend: hint, Class: class, Hint: hint} }}}
	}
	_, _, err := OpenFirst(t.Context(), []Sampler{fail(NoLibrary, "x"), fail(Mismatch, "mended"), fail(OpenFailed, "y")})
	if err == nil || err.Error() != "mended: mended" {
		t.Errorf("got %v, want the mismatch", err)
	}
	second := &acted{devices: twoDevices()}
	s, devices, err := OpenFirst(t.Context(), []Sampler{fail(NoLibrary, "x"), second})
	if s != second || len(devices) != 2 || err != nil {
		t.Errorf("got %v, %v, %v, want the second", s, devices, err)
	}
}

// TestExamineNamesTheCall: where the driver does not return, it says in what.
func TestExamineNamesTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		forever := make(chan struct{})
		defer close(forever)
		s := &acted{devices: twoDevices(), script: script{hang: forever}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := Examine(ctx, []Sampler{s})
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "acted: nvmlDeviceGetPowerUsage of GPU-a has not returned") {
			t.Errorf("got %v, want the call and its device", err)
		}
	})
}
