package diagnosis

import (
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// reading is a line of the diagnosis: a quantity and what it is held against.
type reading struct {
	label   string
	share   float64 // of a gauge after the value and its remark; 0 for none
	value   string
	remarks []string // the longest first; one of them where there is room
	bad     bool     // it is beyond what is good
	dim     bool     // it is no number of the run as it now is
	drop    int      // the higher, the sooner it gives way to low screens
	about   string   // what it is, where there is a line for that
}

// noiseFloor is the label of where a run is expected to stall.
const noiseFloor = "noise floor"

// unresolved stands for an estimate whose error leaves nothing to conclude.
const unresolved = "not resolved yet"

// readingLead is the column at which values begin, and remarkLead how many
// columns later remarks do where there is room.
const readingLead, remarkLead = 18, 20

// readings are all that is known of a run, method by method. They are dim where
// they are not of the run as it now is.
func readings(v *view.Diagnosis, dim bool) []reading {
	var out []reading
	if n := v.Noise; n != nil {
		out = append(out, noiseReadings(n, v.Curvature)...)
	}
	if c := v.Curvature; c != nil {
		out = append(out, curvatureReadings(c)...)
	}
	if s := v.Variance; s != nil {
		out = append(out, varianceReading(s))
	}
	if s := v.Snapshot; s != nil {
		out = append(out, snapshotReading(s))
	}
	if c := v.Clients; c != nil {
		out = append(out, clientReadings(c)...)
	}
	if draw.Known(v.Floored) {
		out = append(out, flooredReading(v.Floored))
	}
	out = append(out, updateReading(v.UpdateRatio), plateauReading(v.Plateau))
	for i := range out {
		out[i].dim = dim
		if out[i].label == noiseFloor && v.Advice.Condition == view.Plateaued {
			out[i].drop = 0 // the advice says that the loss has come to it
		}
	}
	return out
}

// figure is a number in about so many digits, without an exponent where it is of a size
// that people count in: as advice has it, beside which it stands.
func figure(v float64, digits int) string {
	if math.Abs(v) >= 99.5 && math.Abs(v) < 1e6 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return draw.Number(v, digits)
}

// estimated is an estimate as a reading, with its interval.
func estimated(label string, e view.Estimate, drop int, about string) reading {
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

// readingLine is a reading with the longest of its remarks that fits, and its gauge
// where there is room for that too. A gauge that warns comes before remarks.
func (d *Diagnosis) readingLine(q reading, w int) string {
	t := d.Theme
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
	l.Put(value, draw.Short(q.value, w-l.At()-1))
	room := w // for the remark
	if q.bad && q.share > 0 && l.At()+2+gaugeWidth < w {
		room -= 2 + gaugeWidth
	}
	if at, s := placed(q.remarks, l.At()+2, lead+remarkLead, room); s != "" {
		l.Tab(at).Put(t.Dim, s)
	}
	if q.share > 0 && l.At()+2+gaugeWidth < w {
		l.Gap(2).Bar(d.Theme, min(q.share, 1), gaugeWidth, k)
	}
	return l.String()
}

// placed is the longest remark that fits beside those of other readings, at a column
// that they have in common; where none does, the longest that fits right of the value.
func placed(remarks []string, after, column, room int) (at int, remark string) {
	for _, at := range []int{max(after, column), after} {
		for _, s := range remarks {
			if at+ansi.StringWidth(s) < room {
				return max(at, min(column, room-1-ansi.StringWidth(s))), s
			}
		}
	}
	return 0, ""
}
