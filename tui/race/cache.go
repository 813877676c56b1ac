package race

import (
	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
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
	each     bool
	style    draw.Plot
	data     uint64
	scheme   string
}

func (c *curves) keyOf(q pane.Place) chartKey {
	m := c.metric()
	return chartKey{
		q, c.sight.key, c.logX, c.smooth, c.window, c.zoomed, c.cursor, c.values, m.Key, c.flipped[m.Key], c.Selected, c.Runs.Whole, c.dims, c.grid == oneEach, c.Style(), c.data(m), c.Theme.Scheme,
	}
}

// data is a digest of what the chart draws of the snapshot: series never change
// below their length, so that their ends tell. The ends of other metrics' series
// are in it too, as all charts share the x-axis, and so are the names in the
// legend.
func (c *curves) data(m *view.Metric) uint64 {
	h := runs.Begun
	h.Metric(m)
	h.Text(c.over().Title)
	h.Add(uint64(c.Snap.Phase), uint64(c.incidents.Version))
	for _, g := range c.Drawn() {
		h.Add(uint64(len(g)))
		for _, r := range g {
			h.Add(uint64(r.ID), uint64(r.State), uint64(len(r.Marks)))
			if !c.takes(r) {
				h.Text(r.Name)
			}
			for i := range r.Series {
				switch k := &r.Series[i]; {
				case k.Metric == m.Key:
					h.Series(k, c.axis)
				case c.Charted(k.Metric):
					h.End(k.On(c.axis))
				case c.behind(k.Metric, m.Key):
					h.Series(k, c.axis)
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
