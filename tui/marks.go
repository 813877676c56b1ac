package tui

import (
	"math"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// sign is how an event of a run is drawn on its curve and named in the legend.
type sign struct {
	kind  train.EventKind
	glyph rune
	name  string
}

// diagnosisSign is that of what the looks at a run have found.
const diagnosisSign = "◇"

// signs are the events that are drawn, in the order of the legend.
var signs = []sign{
	{train.EventSwitch, '◆', "switch"},
	{train.EventRestart, '○', "restart"},
	{train.EventDiagnosis, '◇', "diagnosis"},
	{train.EventDiverged, '✗', "diverged"},
	{train.EventFailed, '✗', "failed"},
}

func signOf(k train.EventKind) (sign, bool) {
	for _, s := range signs {
		if s.kind == k {
			return s, true
		}
	}
	return sign{}, false
}

// addMarks puts a run's events on its curve.
func (m *model) addMarks(c *chart.Plot, r *train.RunView, id metricID, on []float64, off []int8, colour uint8) {
	edge := c.Rows - 1
	if metrics[id].interest > 0 {
		edge = 0
	}
	for _, e := range r.Marks {
		s, ok := signOf(e.Kind)
		if !ok {
			continue
		}
		if s.glyph == '✗' {
			colour = draw.ColourBad
		}
		x := m.place(r, along(r, train.Point{Step: e.Step, Evals: e.Evals, Elapsed: e.Elapsed}), c.X, c.Cols)
		if draw.Known(x) && x > -0.5 {
			c.Marks = append(c.Marks, chart.Mark{Col: int(min(math.Round(x), float64(c.Cols-1))), On: on, Off: off, Edge: edge, Glyph: s.glyph, Colour: colour})
		}
	}
}

// charted is a chart with what is said of it.
type charted struct {
	*chart.Plot
	points bool // any curve has one
	signs  int  // of devices that are drawn: a bit for each of deviceSigns
}

// legend explains what is on the chart besides curves, as far as there is room.
func (m *model) legend(c *charted, id metricID, w int) string {
	l := draw.NewLine(max(w, 0))
	say := func(k draw.Ink, glyph, text string) {
		if l.At()+4+ansi.StringWidth(glyph+text) > w {
			return
		}
		if l.At() > 0 {
			l.Gap(2)
		}
		if glyph != "" {
			l.Put(k, glyph).Gap(1)
		}
		l.Put(m.theme.Dim, text)
	}
	if draw.Known(c.Reference) {
		say(m.theme.Dim, "┈", "optimum "+draw.Number(c.Reference, 4)+" %")
	}
	if name := spreadNames(m.drawn()); name != "" {
		say(m.theme.Dim, string(c.Shade), name)
	}
	if id == suboptimality && m.snap.Optimum.State == train.OptimumSearching {
		say(m.theme.Dim, "certifying f*:", draw.Grouped(int64(m.snap.Optimum.Evaluations))+" gradients")
	}
	for _, s := range signs {
		if hasMark(m.plotted(), s.kind) {
			say(m.theme.Text, string(s.glyph), s.name)
		}
	}
	for _, q := range c.deviceLegend(w - l.At()) {
		say(m.theme.Dim, q[0], q[1])
	}
	if off := m.offAxis(m.drawn(), w-l.At()-4); off != "" {
		say(m.theme.Dim, "", off)
	}
	if c.LeavesScale() {
		say(m.theme.Dim, string([]rune{chart.Below, chart.Above}), "off scale")
	}
	return l.Text()
}

func hasMark(runs []*train.RunView, k train.EventKind) bool {
	for _, r := range runs {
		for _, e := range r.Marks {
			if e.Kind == k {
				return true
			}
		}
	}
	return false
}
