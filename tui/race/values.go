package race

import "optwatch/tui/runs"

// lookup is where the runs stand, for the table of all their values.
type lookup struct{ *Race }

func (q lookup) At() string {
	if q.values {
		return q.cursorText()
	}
	return ""
}

func (q lookup) Value(e runs.Entry, metric string) float64 { return q.standing(e).value(metric) }
func (q lookup) Place(e runs.Entry, axis int) float64      { return q.standing(e).place(axis) }
func (q lookup) Turn(key string)                           { q.moveCursor(key, q.chartColumns()) }

// tableWord offers the table where it is looked along the curves.
func (s *sight) tableWord() string {
	if s.values {
		return "all values"
	}
	return ""
}
