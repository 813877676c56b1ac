package race

import (
	"math"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// chartKey is everything that a chart's picture follows from. Equal keys,
// equal pictures.
type chartKey struct {
	place    pane.Place
	axis     string
	logX     bool
	smooth   int
	window   [2]float64
	zoomed   bool
	cursor   float64
	values   bool
	metric   string
	flipped  bool
	selected int
	whole    bool
	dims     bool
	style    draw.Plot
	data     uint64
	scheme   string
}

func (c *curves) keyOf(q pane.Place) chartKey {
	m := c.metric()
	return chartKey{
		q, c.sight.key, c.logX, c.smooth, c.window, c.zoomed, c.cursor, c.values, m.Key, c.flipped[m.Key], c.Selected, c.Runs.Whole, c.dims, c.plotStyle(), c.data(m), c.Theme.Scheme,
	}
}

// data is a digest of what the chart draws of the snapshot: series never change
// below their length, so that their ends tell. The ends of other metrics' series
// are in it too, as all charts share the x-axis, and so are the names in the
// legend.
func (c *curves) data(m *view.Metric) uint64 {
	h := begun
	h.metric(m)
	h.text(c.over().Title)
	h.add(uint64(c.Snap.Phase), uint64(c.incidents.Version))
	for _, g := range c.Drawn() {
		h.add(uint64(len(g)))
		for _, r := range g {
			h.add(uint64(r.ID), uint64(r.State), uint64(len(r.Marks)))
			if !c.takes(r) {
				h.text(r.Name)
			}
			for i := range r.Series {
				switch k := &r.Series[i]; {
				case k.Metric == m.Key:
					h.series(k, c.axis)
				case c.Charted(k.Metric):
					h.end(k.On(c.axis))
				case c.behind(k.Metric, m.Key):
					h.series(k, c.axis)
				}
			}
		}
	}
	return uint64(h)
}

// behind says whether one metric is drawn behind another.
func (c *curves) behind(key, of string) bool {
	m := c.Snap.Metric(key)
	return m != nil && m.Behind == of
}

// digest is FNV-1a over words.
type digest uint64

// begun is the digest of nothing.
const begun digest = 14695981039346656037

func (h *digest) add(words ...uint64) {
	for _, w := range words {
		*h = (*h ^ digest(w)) * 1099511628211
	}
}

func (h *digest) text(s string) {
	for i := range len(s) {
		h.add(uint64(s[i]))
	}
}

// metric takes in how a metric is drawn.
func (h *digest) metric(m *view.Metric) {
	h.text(m.Title)
	h.text(m.Note)
	h.text(m.Progress.Of)
	h.add(uint64(m.Format), uint64(m.Scale), uint64(m.Better), math.Float64bits(m.Least), math.Float64bits(m.Floor), uint64(m.Progress.Done))
	for _, l := range m.Lines {
		h.text(l.Name)
		h.add(math.Float64bits(l.At))
	}
}

// end takes in how many places there are, and the last.
func (h *digest) end(at []float64) {
	h.add(uint64(len(at)))
	if n := len(at); n > 0 {
		h.add(math.Float64bits(at[n-1]))
	}
}

// series takes in the length of a series and its end, and its first value, which
// moves where what it is measured against does.
func (h *digest) series(k *view.Series, axis int) {
	n := len(k.Values)
	h.add(uint64(n))
	if n == 0 {
		return
	}
	h.add(math.Float64bits(k.Values[0]), math.Float64bits(k.Values[n-1]))
	at := k.On(axis)
	if len(at) > 0 {
		h.add(math.Float64bits(at[0]))
	}
	h.end(at)
}
