package train

import (
	"math"
	"testing"
)

// TestCurveKeepsSpikes adds fifty thousand points of which three stand out.
func TestCurveKeepsSpikes(t *testing.T) {
	spikes := map[int64]float64{1234: 50, 20_001: -7, 33_333: 80}
	var c Curve
	for i := range int64(50_000) {
		p := Point{Step: i, Loss: 1}
		if v, ok := spikes[i]; ok {
			p.Loss = v
		}
		c.add(p)
	}
	points := c.Points()
	if len(points) > curveSize+3 || len(points) < curveSize/2-3 {
		t.Errorf("%d points, want at most %d and not under half", len(points), curveSize)
	}
	if points[0].Step != 0 || points[len(points)-1].Step != 49_999 {
		t.Errorf("the curve goes from step %d to %d", points[0].Step, points[len(points)-1].Step)
	}
	found := 0
	for i, p := range points {
		if i > 0 && p.Step <= points[i-1].Step {
			t.Fatalf("step %d follows %d", p.Step, points[i-1].Step)
		}
		if spikes[p.Step] == p.Loss && p.Loss != 0 {
			found++
		}
	}
	if found != len(spikes) {
		t.Errorf("%d of %d spikes are left", found, len(spikes))
	}
}

// TestCurveViewsStay checks that what was handed out does not change.
func TestCurveViewsStay(t *testing.T) {
	var c Curve
	for i := range int64(curveSize - 1) {
		c.add(Point{Step: i})
	}
	view := c.Points()
	for i := range int64(3 * curveSize) {
		c.add(Point{Step: curveSize + i})
	}
	for i, p := range view {
		if p.Step != int64(i) {
			t.Fatalf("point %d has become step %d", i, p.Step)
		}
	}
}

// TestPlotPoints checks the ratio at first and the distances later, and
// that where the search begins makes no difference.
func TestPlotPoints(t *testing.T) {
	const n = 10_000
	at := 0.0
	for range 200 {
		next := plotAfter(at, n/10, int64(math.Ceil(at)), n)
		if next <= at {
			t.Fatalf("the point after %v is %v", at, next)
		}
		if again := plotAfter(0, n/10, int64(math.Ceil(next))-1, n); again != next {
			t.Fatalf("the point after %v is %v, or %v if one begins at 0", at, next, again)
		}
		gap := next - at
		switch {
		case at == 0 && next != n/10:
			t.Errorf("the first point is %v, want %d", next, n/10)
		case at > 0 && at < 19*n && math.Abs(next/at-1.25) > 1e-9:
			t.Errorf("%v follows %v, want a ratio of 1.25", next, at)
		case at > 21*n && at < 200*n && math.Abs(gap-5*n) > 1e-6:
			t.Errorf("%v follows %v, want a distance of %d", next, at, 5*n)
		case at >= 200*n && math.Abs(gap-10*n) > 1e-6:
			t.Errorf("%v follows %v, want a distance of %d", next, at, 10*n)
		}
		at = next
	}
}

// TestTrace checks that buckets keep mean, minimum and maximum when they merge.
func TestTrace(t *testing.T) {
	tr := trace{width: 10}
	sum, count := 0.0, 0
	for evals := int64(1); evals <= 40_000; evals++ {
		loss := 1.0
		if evals == 17_777 {
			loss = 1000
		}
		sum += loss
		count++
		if tr.add(evals, loss) {
			tr.close(0, 0, 0, 0)
		}
	}
	if len(tr.points) > traceSize {
		t.Errorf("%d buckets, want at most %d", len(tr.points), traceSize)
	}
	mean, top := 0.0, 0.0
	for _, p := range tr.points {
		mean += p.Mean / float64(len(tr.points))
		top = max(top, p.Max)
	}
	if want := sum / float64(count); math.Abs(mean-want) > 0.01*want {
		t.Errorf("mean %v, want %v", mean, want)
	}
	if top != 1000 {
		t.Errorf("largest loss %v, want 1000", top)
	}
}
