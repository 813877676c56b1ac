package pane

// Charter is a pane with charts of its own, of which not all may be seen at once.
type Charter interface {
	// CanNextChart says whether there are more than are seen, and NextChart goes on to them.
	CanNextChart() bool
	NextChart()
	// CanSpan says whether they show a span of time that can be changed, and Span
	// does so: "-" for more, others for less.
	CanSpan() bool
	Span(key string)
}
