package follow

import (
	"fmt"
	"math"
	"slices"

	"optwatch/train/view"
)

// signs is what a loss curve alone says of the training. Each sign has its
// opposite threshold, or a rest, so that a noisy curve does not say it over and
// over.
type signs struct {
	n         int
	recent    [64]float64 // the latest values, around
	best      float64     // the least median of as many
	notFinite bool
	diverging bool
	plateau   bool
	rest      int     // values until a spike may be told again
	fit       fit     // of what came since the last look at the slope
	from      float64 // the step at which that began
}

// The names of the signs, as alerts tell them.
const (
	signNaN      = "nan"
	signSpike    = "spike"
	signDiverged = "divergence"
	signPlateau  = "plateau"
	signIdle     = "idle-gpu"
)

// judge looks at a value of the curve by which a run is judged.
func (r *run) judge(c *curve, v float64, at place, told func(news)) {
	key := r.keys[c.tag]
	if key != "loss" && !(key == "val_loss" && r.curveOf("loss") == nil) {
		return
	}
	sign, text := r.signs.see(v, at[onStep])
	if sign == "" {
		return
	}
	kind := view.EventDiagnosis
	if sign == signNaN {
		kind = view.EventDiverged
	}
	r.happened(news{kind: kind, sign: sign, metric: key, at: at, text: c.tag + " " + text}, told)
}

// see looks at the next value of a loss, and says what is news about it; "" for
// nothing.
func (s *signs) see(v, step float64) (sign, text string) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		if s.notFinite {
			return "", ""
		}
		s.notFinite = true
		return signNaN, fmt.Sprintf("is %v at step %s", v, number(step))
	}
	if s.notFinite {
		*s = signs{}
	}
	sign, text = s.spike(v, step)
	s.recent[s.n%len(s.recent)] = v
	s.n++
	if sign == "" {
		sign, text = s.divergence(step)
	}
	if sign == "" {
		sign, text = s.level(v, step)
	}
	return sign, text
}

// latest are the latest values, up to so many, sorted.
func (s *signs) latest(n int) []float64 {
	n = min(n, s.n, len(s.recent))
	out := make([]float64, 0, len(s.recent))
	for i := s.n - n; i < s.n; i++ {
		out = append(out, s.recent[i%len(s.recent)])
	}
	slices.Sort(out)
	return out
}

// spike tells a value that is far above all recent ones: ten times as far above
// their median as three quarters of them are from it.
func (s *signs) spike(v, step float64) (string, string) {
	if s.rest > 0 {
		s.rest--
		return "", ""
	}
	if s.n < len(s.recent) || v <= slices.Max(s.recent[:]) {
		return "", ""
	}
	sorted := s.latest(len(s.recent))
	mid := middle(sorted)
	spread := max(sorted[len(sorted)*7/8]-mid, mid-sorted[len(sorted)/8])
	if v <= mid+10*spread || v < mid+0.05*math.Abs(mid) {
		return "", ""
	}
	s.rest = len(s.recent)
	return signSpike, fmt.Sprintf("spikes to %.4g at step %s, from about %.4g", v, number(step), mid)
}

// divergence tells a loss whose level has risen far above its best, and that it
// has come back. Levels are medians: a spike is none.
func (s *signs) divergence(step float64) (string, string) {
	if s.n < len(s.recent) || s.n%4 != 0 {
		return "", ""
	}
	window := s.latest(len(s.recent))
	level, noise := middle(s.latest(16)), deviation(window)
	if s.n == len(s.recent) || middle(window) < s.best {
		s.best = middle(window)
	}
	switch rise := level - s.best; {
	case !s.diverging && rise > 8*noise && rise > 0.5*math.Abs(s.best):
		s.diverging = true
		return signDiverged, fmt.Sprintf("rises: %.4g at step %s, its best was %.4g; a smaller learning rate may help", level, number(step), s.best)
	case s.diverging && rise < 3*noise:
		s.diverging = false
	}
	return "", ""
}

func middle(sorted []float64) float64 { return sorted[len(sorted)/2] }

// deviation is how far sorted values lie about their median: the standard
// deviation of the bulk of them, were they normal.
func deviation(sorted []float64) float64 {
	return (sorted[len(sorted)*3/4] - sorted[len(sorted)/4]) / 1.349
}

// noise is the deviation of the latest values.
func (s *signs) noise() float64 { return deviation(s.latest(len(s.recent))) }

// The plateau is looked for in windows that grow with the run, so that it takes
// longer to say of a long run.
const leastWindow = 100

// level tells when the loss no longer falls over a window, and that it does again.
// It does not where the slope cannot be told from none, and where even two standard
// errors more would be hardly a fall: a noisy loss of which nothing is known is no
// plateau.
func (s *signs) level(v, step float64) (string, string) {
	if s.fit.n == 0 {
		s.from = step
	}
	s.fit.add(v)
	if s.fit.n < max(leastWindow, s.n/3) {
		return "", ""
	}
	slope, err := s.fit.slope()
	mean, n := s.fit.mean(), float64(s.fit.n)
	s.fit = fit{}
	little := 0.04 * math.Abs(mean)
	switch {
	case slope < -4*err && -slope*n > little/2:
		s.plateau = false
	case !s.plateau && !s.diverging && math.Abs(slope) < 2*err && (2*err-slope)*n < little:
		s.plateau = true
		return signPlateau, fmt.Sprintf("no longer falls: %.4g ± %.2g from step %s to %s", mean, s.noise(), number(s.from), number(step))
	}
	return "", ""
}

// fit is a line through values one apart.
type fit struct {
	n                int
	sum, cross, sums float64 // Σy, Σxy, Σy² with y from the first value
	first            float64
}

func (f *fit) add(y float64) {
	if f.n == 0 {
		f.first = y
	}
	y -= f.first
	f.sum += y
	f.cross += float64(f.n) * y
	f.sums += y * y
	f.n++
}

func (f *fit) mean() float64 { return f.first + f.sum/float64(f.n) }

// slope is that of the line of least squares, with its standard error.
func (f *fit) slope() (slope, err float64) {
	n := float64(f.n)
	x := (n - 1) / 2
	sxx := n * (n*n - 1) / 12
	sxy := f.cross - x*f.sum
	syy := max(0, f.sums-f.sum*f.sum/n)
	slope = sxy / sxx
	return slope, math.Sqrt(max(0, syy-slope*sxy) / (n - 2) / sxx)
}
