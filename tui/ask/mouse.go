package ask

import "optwatch/tui/pane"

var (
	_ pane.Scroller = (*picker)(nil)
	_ pane.Chooser  = (*picker)(nil)
)

// Scroll goes on to other choices for the part in focus.
func (p *picker) Scroll(by int) {
	q := &p.offer.Parts[p.focus]
	p.choose(p.focus, max(0, min(q.At+by, len(q.Choices)-1)))
}

// Choose takes the choice under the pointer, and applies nothing.
func (p *picker) Choose(x, y int) string {
	part, row := p.focus, y-2 // under the border and the titles
	for i := range p.offer.Parts {
		if p.wide && x-1 >= p.columnOf(i, p.inner) {
			part = i
		}
	}
	q := &p.offer.Parts[part]
	if at := firstChoice(*q, p.rows) + row; row >= 0 && row < p.rows && at < len(q.Choices) {
		p.focus = part
		p.choose(part, at)
	}
	return ""
}
