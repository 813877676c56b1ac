package race

import (
	"math"
	"strings"
	"testing"

	"optwatch/tui/pane"
)

// moving is a loss over 100 places that falls to 0 at its end, or until a place.
func moving(src *stub, until float64) {
	k := src.run(0).Of("loss")
	k.Values, k.Places = nil, make([][]float64, 4)
	for i := range 101 {
		k.Values = append(k.Values, max(0, 1-float64(i)/until))
		k.Places[onEvals] = append(k.Places[onEvals], float64(i))
	}
}

// While a curve moves the window is the newest quarter of the axis; once it has come to
// rest, the part before.
func TestWindowFollowsWhatMoves(t *testing.T) {
	for _, test := range []struct{ until, lo, hi float64 }{{100, 75, 100}, {20, 0, 20.9}} {
		src := sample(3, false)
		moving(src, test.until)
		q := newRace(src)
		q.charts[0].chosen = "loss"
		press(t, q, "f")
		follow(q)
		full := q.fullX()
		lo, hi := test.lo, test.hi
		if test.lo > 0 {
			lo = hi - followed*full.Hi
		}
		if !q.zoomed || math.Abs(q.window[0]-lo) > 1 || math.Abs(q.window[1]-hi) > 1 {
			t.Errorf("a loss that falls until %g is seen from %g to %g, want %g to %g", test.until, q.window[0], q.window[1], lo, hi)
		}
		press(t, q, "f")
		if follow(q); q.zoomed || q.following {
			t.Error("f does not show the whole again")
		}
	}
}

// The strip under a window is the whole axis, bright where the window is.
func TestOverviewShowsTheWhole(t *testing.T) {
	src := sample(3, false)
	moving(src, 100)
	q := newRace(src)
	q.charts[0].chosen = "loss"
	press(t, q, "f")
	follow(q)
	lines := q.charts[0].Draw(pane.Place{Boxed: true, Rect: pane.Rect{W: 60, H: 20}})
	strip := lines[len(lines)-2]
	dots, blocks := strings.Count(strip, "·"), strings.Count(strip, "▁")+strings.Count(strip, "▂")+strings.Count(strip, "▃")
	if !strings.Contains(strip, "all") || dots < 30 || dots > 40 || blocks < 8 {
		t.Errorf("the strip is %q", strip)
	}
}
