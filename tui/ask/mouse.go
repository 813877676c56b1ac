package ask

import "optwatch/tui/pane"

var (
	_ pane.Scroller = (*picker)(nil)
	_ pane.Chooser  = (*picker)(nil)
)

// Scroll goes on to other choices for the part in focus, of those that are seen.
func (p *picker) Scroll(by int) {
	seen := p.seen(p.focus)
	at := placeOf(p.offer.Parts[p.focus], seen)
	p.choose(p.focus, seen[max(0, min(at+by, len(seen)-1))])
	p.before = p.chosen()
}

// Choose takes the choice under the pointer, and applies nothing.
func (p *picker) Choose(x, y int) string {
	part, row := p.focus, y-2 // under the border and the titles
	for i := range p.offer.Parts {
		if p.wide && x-1 >= p.columnOf(i, p.inner) {
			part = i
		}
	}
	seen := p.seen(part)
	if at := firstChoice(placeOf(p.offer.Parts[part], seen), len(seen), p.rows) + row; row >= 0 && row < p.rows && at < len(seen) {
		p.focus = part
		p.choose(part, seen[at])
		p.before = p.chosen()
	}
	return ""
}
