package device

import (
	"math"
	"slices"
	"testing"
	"time"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func second(n int) time.Time { return epoch.Add(time.Duration(n) * time.Second) }

// one is a frame of one device with a busy share.
func one(id ID, at time.Time, busy float64, throttle Throttle) Frame {
	s := Sample{ID: id, At: at}
	s.Readings[Busy] = Measured(busy, at)
	s.Readings[ThrottleReasons] = Measured(float64(throttle), at)
	return Frame{Samples: []Sample{s}}
}

func newInventory() *Inventory {
	b := &Inventory{}
	b.Opened("test", Diagnosis{}, []Device{{ID: "GPU-a"}}, epoch)
	return b
}

// TestThrottleEpisodes: a power cap that flickers is one episode, idling is none.
func TestThrottleEpisodes(t *testing.T) {
	b := newInventory()
	for n := range 30 {
		throttle := ThrottleIdle
		if n >= 3 && n <= 13 && n%2 == 1 {
			throttle |= ThrottlePowerCap
		}
		if n == 10 {
			throttle |= ThrottleThermal
		}
		b.Merge(one("GPU-a", second(n), 90, throttle), Fast, second(n))
		if n == 12 {
			want := []Episode{{ThrottlePowerCap, second(3)}, {ThrottleThermal, second(10)}}
			if got := b.View(second(n)).Devices[0].Throttling; !slices.Equal(got, want) {
				t.Errorf("going on: got %v, want %v", got, want)
			}
		}
	}
	if got := b.View(second(30)).Devices[0].Throttling; len(got) != 0 {
		t.Errorf("in the end: got %v, want none", got)
	}
	type got struct {
		kind   EventKind
		reason Throttle
		at     int
		text   string
	}
	var events []got
	for _, e := range b.events {
		events = append(events, got{e.Kind, e.Reason, int(e.At.Sub(epoch).Seconds()), e.Text})
	}
	want := []got{
		{EventThrottle, ThrottlePowerCap, 3, "power cap"},
		{EventThrottle, ThrottleThermal, 10, "thermal slowdown"},
		{EventThrottleEnd, ThrottleThermal, 10, "thermal slowdown ended after 1s"},
		{EventThrottleEnd, ThrottlePowerCap, 13, "power cap ended after 11s"},
	}
	if !slices.Equal(events, want) {
		t.Errorf("got %v, want %v", events, want)
	}
	if !ThrottleThermal.Severe() || ThrottlePowerCap.Severe() || len(ThrottleApplicationClocks.Words()) != 0 {
		t.Error("a power cap is normal, heat is not, and clocks set by the user are no throttling")
	}
}

// TestHistoryBounded: a history keeps the last half hour, and what a viewer
// holds never changes.
func TestHistoryBounded(t *testing.T) {
	b := newInventory()
	var held []Point
	for n := range 3 * historyLen {
		b.Merge(one("GPU-a", second(n), float64(n), 0), Fast, second(n))
		if n == historyLen+500 {
			held = b.View(second(n)).Devices[0].History
		}
	}
	now := b.View(second(3 * historyLen)).Devices[0].History
	if len(now) != historyLen || now[0].Values[Busy] != 2*historyLen || now[historyLen-1].Values[Busy] != 3*historyLen-1 {
		t.Errorf("got %d points from %v, want the last %d", len(now), now[0].Values[Busy], historyLen)
	}
	if cap(now) > 2*historyLen+1 {
		t.Errorf("it takes %d points of memory", cap(now))
	}
	for i, p := range held {
		if p.Values[Busy] != float32(501+i) {
			t.Fatalf("point %d of a held history is %v, want %d", i, p.Values[Busy], 501+i)
		}
	}
}

// TestNotOKIsAGap: neither readings that failed, nor old ones, are drawn.
func TestNotOKIsAGap(t *testing.T) {
	b := newInventory()
	f := one("GPU-a", epoch, 80, 0)
	f.Samples[0].Readings[Power] = Missing(Unsupported, epoch)
	f.Samples[0].Readings[Fan] = Measured(30, epoch)
	b.Merge(f, AllTiers, epoch)
	b.Merge(one("GPU-a", second(20), 70, 0), Fast, second(20)) // the fan was not asked for
	b.Merge(one("GPU-a", second(40), 60, 0), Fast, second(40)) // and is too old by now
	h := b.View(second(40)).Devices[0].History
	nan := func(v float32) bool { return math.IsNaN(float64(v)) }
	if h[0].Values[Fan] != 30 || h[1].Values[Fan] != 30 || !nan(h[2].Values[Fan]) || !nan(h[0].Values[Power]) || h[2].Values[Busy] != 60 {
		t.Errorf("got %v", h)
	}
	lost := Frame{Samples: []Sample{{ID: "GPU-a", At: second(41), State: Lost}}}
	b.Merge(lost, Fast, second(41))
	v := b.View(second(41)).Devices[0]
	if !nan(v.History[3].Values[Busy]) || !math.IsNaN(v.Value(Busy)) || v.Hint == "" || v.At != second(40) || v.Since != second(41) {
		t.Errorf("got %+v, want a gap, a hint, and when it was last heard of", v)
	}
}

// TestLateSample: what comes after the gap that its lateness has made is known,
// and leaves the history in its order.
func TestLateSample(t *testing.T) {
	b := newInventory()
	b.Merge(one("GPU-a", second(0), 10, 0), Fast, second(0))
	b.missed(second(2))
	b.Merge(one("GPU-a", second(1), 20, 0), Fast, second(3))
	b.Merge(one("GPU-a", second(4), 30, 0), Fast, second(4))
	d := b.View(second(4)).Devices[0]
	if !slices.IsSortedFunc(d.History, func(x, y Point) int { return x.At.Compare(y.At) }) || len(d.History) != 3 || d.Value(Busy) != 30 {
		t.Errorf("got %v", d.History)
	}
}

// TestHostHistory: the points of the host follow one another, and those that a
// viewer holds never change.
func TestHostHistory(t *testing.T) {
	b := newInventory()
	b.SetHost(Host{At: second(0)})
	held := b.View(second(0)).Host.History
	b.SetHost(Host{At: second(2), CPU: Measured(40, second(2))})
	h := b.View(second(2)).Host.History
	if len(h) != 2 || h[1].CPU != 40 || !math.IsNaN(float64(h[0].CPU)) || len(held) != 1 {
		t.Errorf("history: got %v, before %v", h, held)
	}
}
