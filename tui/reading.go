package tui

import (
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/train/diagnosis"
	"optwatch/tui/draw"
)

// reading is a line of the diagnosis: a quantity and what it is held against.
type reading struct {
	label   string
	share   float64 // of a gauge before the value; 0 for none
	value   string
	remarks []string // the longest first; one of them where there is room
	bad     bool     // it is beyond what is good
	dim     bool     // it is no number of the run as it now is
	drop    int      // the higher, the sooner it gives way to low screens
	about   string   // what it is, where there is a line for that
}

// unresolved stands for an estimate whose error leaves nothing to conclude.
const unresolved = "not resolved yet"

// readingLead is the column at which values begin, and remarkLead how many
// columns later remarks do where there is room.
const readingLead, remarkLead = 18, 20

// readings are all that is known of a run, method by method.
func (m *model) readings(r *train.RunView) []reading {
	v := r.Diagnosis
	var out []reading
	if n := v.Noise; n != nil {
		out = append(out, noiseReadings(n, v.Curvature)...)
	}
	if c := v.Curvature; c != nil {
		out = append(out, curvatureReadings(c, r)...)
	}
	if s := v.Variance; s != nil {
		out = append(out, varianceReading(s))
	}
	if s := v.Snapshot; s != nil {
		out = append(out, reading{
			label: "snapshot", drop: 3, value: draw.Grouped(int64(s.Age)) + " of " + draw.Grouped(int64(s.Every)) + " steps",
			remarks: []string{figure(s.Passes, 2) + " passes old"}, about: "how long ago the full gradient was taken that steps are corrected with",
		})
	}
	if c := v.Clients; c != nil {
		out = append(out, clientReadings(c)...)
	}
	if draw.Known(v.Floored) {
		out = append(out, reading{label: "at the ε floor", drop: 4, value: draw.Percent(v.Floored), remarks: []string{"of the coordinates"}, about: "where √v is at most ε, the step is no longer divided by the gradient's size"})
	}
	out = append(out,
		reading{label: "update / weight", drop: 8, value: figure(v.UpdateRatio, 2), remarks: []string{"length of a step beside that of θ", "of a step"}, about: "about 1e-3 in many healthy runs"},
		plateauReading(v.Plateau))
	for i := range out {
		out[i].dim = !m.current(r)
	}
	return out
}

// figure is a number in about so many digits, without an exponent where it is
// of a size that people count in.
func figure(v float64, digits int) string {
	switch {
	case math.Abs(v) >= 9999.5 && math.Abs(v) < 1e15:
		return draw.SI(v)
	case math.Abs(v) >= 99.5 && math.Abs(v) < 9999.5:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return draw.Number(v, digits)
}

// estimated is an estimate as a reading, with its interval.
func estimated(label string, e diagnosis.Estimate, drop int, about string) reading {
	q := reading{label: label, value: figure(e.Value, 3), drop: drop, about: about}
	if !e.Resolved {
		q.value = unresolved
	}
	if draw.Known(e.Low) && draw.Known(e.High) {
		between := figure(e.Low, 2) + " – " + figure(e.High, 2)
		q.remarks = []string{"95 %: " + between, between}
	}
	return q
}

func noiseReadings(n *diagnosis.Noise, c *diagnosis.Curvature) []reading {
	norm := estimated("gradient norm", n.GradNorm, 5, "length of the gradient of f, regulariser included: 0 at a minimum")
	simple := estimated("B_simple", n.Simple, 1, "tr Σ beside the gradient's square, in examples: a larger batch averages little more than noise away")
	switch {
	case n.Dominated:
		norm.value, norm.remarks = "lost in the noise", []string{"at most " + figure(n.GradNorm.High, 2)}
		simple.value, simple.remarks = "noise-dominated", []string{"above " + figure(n.Simple.Low, 2)}
	case n.Simple.Resolved && n.Batch > 0:
		simple.remarks = batchRemarks(n)
		simple.bad = n.Times >= 8
	}
	out := []reading{norm, estimated("noise, tr Σ", n.Trace, 7, "mean square distance of one example's gradient from the mean of all"), simple}
	if draw.Known(n.Floor) {
		floor := reading{label: "noise floor", value: figure(n.Floor, 2), drop: 9, remarks: []string{"f − f* where this stalls", "of f − f*"}, about: "f − f* at which this lr and batch are expected to stall: lr · tr Σ / (4 · batch)"}
		switch {
		case !n.Trace.Resolved:
			floor.value = unresolved
		case c != nil && c.Times >= 1:
			floor.value, floor.remarks = draw.Unknown, []string{"nothing stalls above the limit"}
		}
		out = append(out, floor)
	}
	return out
}

// batchRemarks hold the run's batch against B_simple.
func batchRemarks(n *diagnosis.Noise) []string {
	text := "near it"
	switch {
	case n.Times >= 1.5:
		text = figure(n.Times, 2) + " × above"
	case n.Times > 0 && n.Times < 1/1.5:
		text = figure(1/n.Times, 2) + " × below"
	}
	batch := "batch " + strconv.Itoa(n.Batch)
	return []string{"your " + batch + " is " + text, batch + " is " + text, text}
}

func curvatureReadings(c *diagnosis.Curvature, r *train.RunView) []reading {
	lr := reading{label: "lr", value: figure(c.LR, 3), about: "a step above the limit overshoots on the quadratic that f is nearby"}
	law := draw.Clean(c.Law)
	switch {
	case law == "":
		lr.remarks = []string{"no limit is known for " + draw.Clean(r.Rule), "no known limit"}
	case !c.L.Resolved || !draw.Known(c.Times):
		lr.remarks = []string{"its limit " + law + " is not resolved yet", unresolved}
	default:
		lr.share, lr.bad = c.Times, c.Times > 1
		lr.value = "at " + figure(c.Times, 2) + " of the limit"
		if c.Times > 1 {
			lr.value = "at " + figure(c.Times, 2) + " × the limit"
		}
		lr.remarks = []string{figure(c.LR, 3) + " of " + law + " = " + figure(c.Limit, 2), law + " = " + figure(c.Limit, 2)}
	}
	return []reading{estimated("curvature, L", c.L, 6, "the sharpest curvature of f here, from a power iteration along the path"), lr}
}

func varianceReading(s *diagnosis.Variance) reading {
	q := estimated("variance", s.Ratio, 2, "of the estimated gradient, beside that of a mini-batch of the same size")
	if s.Ratio.Resolved {
		q.value = figure(s.Ratio.Value, 2) + " × SGD's"
		q.remarks = []string{figure(s.Own, 2) + " beside " + figure(s.SGD, 2) + " of a mini-batch", figure(s.Own, 2) + " beside " + figure(s.SGD, 2)}
		q.bad = s.Ratio.Low > 1
	}
	return q
}

func clientReadings(c *diagnosis.Clients) []reading {
	lowest := ""
	if draw.Known(c.Lowest) {
		lowest = "; least c" + strconv.Itoa(c.Client) + ", " + figure(c.Lowest, 2)
	}
	return []reading{
		{label: "drift", drop: 3, value: figure(c.Drift, 2), remarks: []string{"round " + draw.Grouped(int64(c.Round))}, about: "mean length of a client's update beside that of θ"},
		{label: "agreement", drop: 1, value: figure(c.Agreement, 2), remarks: []string{"mean cosine of " + draw.Grouped(int64(c.Count)) + " updates" + lowest, "mean cosine of updates"}, about: "of two updates: 1 they go the same way, 0 they have nothing in common"},
		{label: "with their mean", drop: 6, value: figure(c.Alignment, 2), remarks: []string{"mean cosine"}, about: "of an update and the average that the server takes: 1 they go the same way"},
		{label: "clients' loss", drop: 2, value: draw.Precise(c.Local), remarks: []string{"on their own examples; the model has " + draw.Precise(c.Global) + " on all", "the model has " + draw.Precise(c.Global)}, about: "of their last local epoch: far below the model's, they fit what the others do not have"},
	}
}

// plateauReading is the probability that the loss still falls.
func plateauReading(p diagnosis.Plateau) reading {
	q := reading{label: "loss falls", drop: 2, about: "probability that it still does, from the slope of a line through the latter two thirds of its points", value: "P = " + strconv.FormatFloat(100*p.Falling, 'f', 0, 64) + " %", remarks: []string{
		figure(p.Slope, 2) + " a pass, over " + figure(p.Passes, 2) + " passes", figure(p.Slope, 2) + " a pass",
	}}
	switch {
	case !draw.Known(p.Falling):
		q.value, q.remarks = draw.Unknown, []string{"too few points yet"}
	case p.Falling > 0.99:
		q.value = "P > 99 %"
	case p.Falling < 0.01:
		q.value, q.bad = "P < 1 %", true
	}
	return q
}

// withoutLeast leaves out the reading that gives way first.
func withoutLeast(all []reading) []reading {
	worst := 0
	for i := range all {
		if all[i].drop > all[worst].drop {
			worst = i
		}
	}
	return append(append([]reading{}, all[:worst]...), all[worst+1:]...)
}

// gaugeWidth is that of the gauge of the learning rate.
const gaugeWidth = 10

// readingLine is a reading with the longest of its remarks that fits.
func (m *model) readingLine(q reading, w int) string {
	t := m.theme
	l := draw.NewLine(w)
	lead := readingLead
	if w < 50 {
		lead = 16
	}
	value, k := t.Text, t.Text
	switch {
	case q.value == draw.Unknown:
		value = t.Faint
	case q.dim:
		value, k = t.Dim, t.Faint
	case q.bad:
		value, k = t.Warn, t.Warn
	}
	l.Gap(2).Put(t.Dim, draw.Short(q.label, lead-3)).Tab(lead)
	if q.share > 0 && w >= lead+gaugeWidth+24 {
		l.Bar(m.theme, min(q.share, 1), gaugeWidth, k)
		l.Gap(1)
	}
	l.Put(value, draw.Short(q.value, w-l.At()-1))
	for _, s := range q.remarks {
		if n := ansi.StringWidth(s); l.At()+2+n < w {
			return l.Tab(max(l.At()+2, min(lead+remarkLead, w-1-n))).Put(t.Dim, s).String()
		}
	}
	return l.String()
}
