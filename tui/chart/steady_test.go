package chart

import (
	"fmt"
	"math"
	"testing"
)

// Curves that move a little, as an accuracy does whose beginning goes out of sight
// while it still wavers, leave the labels of their axis alone: there is never the
// same set of them again after another.
func TestSteadyAxis(t *testing.T) {
	e := Extent{Better: 1, Least: 1, Most: 100}
	moves := func(scale func(curve []float64) string) (moved int, again bool) {
		seen, now := map[string]bool{}, ""
		for frame := range 450 {
			curve := []float64{87.4 + 0.4*math.Sin(float64(frame)/7), 92.3 + 0.3*math.Sin(float64(frame)/5) + 0.0005*float64(frame)}
			if s := scale(curve); s != now {
				again = again || seen[s]
				now, seen[s] = s, true
				moved++
			}
		}
		return moved, again
	}
	labels := func(c *Plot) string { return fmt.Sprint(Ticks(c.Y, 5, nil)) }
	var k Steady
	moved, again := moves(func(curve []float64) string {
		return labels(&Plot{Y: k.Scale(e, [][]float64{curve}, 1)})
	})
	if moved > 4 || again {
		t.Errorf("the labels change %d times, to what they were %t", moved, again)
	}
	follows, back := moves(func(curve []float64) string { return labels(&Plot{Y: e.Scale([][]float64{curve})}) })
	if follows < 20 || !back {
		t.Errorf("an axis that follows changes its labels %d times, back %t: there is nothing to keep steady", follows, back)
	}
}

// A steady axis holds what it must, at once, and does not stay far longer than
// that; what it is kept for changes, and it is as if new.
func TestSteadyAxisHolds(t *testing.T) {
	e := Extent{}
	var k Steady
	scale := func(of, lo, hi float64) (float64, float64) {
		s := k.Scale(e, [][]float64{{lo, hi}}, of)
		if s.Lo > lo || s.Hi < hi {
			t.Fatalf("%g to %g on an axis from %g to %g", lo, hi, s.Lo, s.Hi)
		}
		return s.Lo, s.Hi
	}
	scale(1, 0, 10)
	if lo, hi := scale(1, 0, 7); lo != 0 || hi != 10 {
		t.Errorf("an axis of 0 to 10 goes to %g to %g for what it holds", lo, hi)
	}
	if lo, hi := scale(1, 0, 10.4); lo != 0 || hi < 11 || hi > 14 {
		t.Errorf("0 to 10.4 on an axis from %g to %g: want room to spare", lo, hi)
	}
	if lo, hi := scale(1, 0, 2); lo != 0 || hi > 3 {
		t.Errorf("0 to 2 on an axis from %g to %g", lo, hi)
	}
	if lo, hi := scale(2, 0, 1.5); lo != 0 || hi < 1.5 || hi > 1.75 {
		t.Errorf("another metric of 0 to 1.5 has an axis from %g to %g", lo, hi)
	}
}

// What happened after the newest point, or before the first, is marked on the curve.
func TestMarkBesideTheCurve(t *testing.T) {
	c := New(40, 10)
	on, off := make([]float64, 40), make([]int8, 40)
	for i := range on {
		on[i] = nan
		if i >= 10 && i < 20 {
			on[i] = 6
		}
	}
	for col, want := range map[int]int{39: 19, 25: 19, 15: 15, 0: 10} {
		g := newGrid(41, 10)
		c.Marks = []Mark{{Col: col, On: on, Off: off, Edge: 0, Glyph: '◆'}}
		c.drawMarks(g)
		if g.at(want+1, 3).r != '◆' {
			t.Errorf("what happened in column %d is not marked in column %d of the curve", col, want)
		}
	}
}
