package trials

// Span is a part of a page's progress, from and to; the zero value is all of it.
type Span struct{ From, To float64 }

// At is the progress of the page when a fraction of the part is done.
func (s Span) At(fraction float64) float64 {
	if s == (Span{}) {
		return fraction
	}
	return s.From + (s.To-s.From)*fraction
}
