package runs

import (
	"time"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// Advised is the selected run, or of a group the one with the most pressing advice;
// nil where none has been looked at.
func (s *Runs) Advised() *view.Run {
	var out *view.Run
	for _, r := range s.Targets() {
		d := r.Diagnosis
		if d == nil {
			continue
		}
		if out == nil || d.Advice.Text != "" && (out.Diagnosis.Advice.Text == "" || d.Advice.Condition < out.Diagnosis.Advice.Condition) {
			out = r
		}
	}
	return out
}

// LastFound is what the looks at a run have found last, with its time.
func (s *Runs) LastFound(r *view.Run) string {
	clock := s.Snap.Clock()
	for i := len(r.Marks) - 1; i >= 0; i-- {
		m := &r.Marks[i]
		if m.Kind != view.EventDiagnosis {
			continue
		}
		at := ""
		if clock >= 0 && clock < len(m.Places) && draw.Known(m.Places[clock]) {
			at = "; said at " + draw.Clock(time.Duration(m.Places[clock]*float64(time.Second)))
		}
		return "nothing to advise" + at + ": " + draw.Clean(m.Text)
	}
	return "nothing to advise"
}
