// Package about has the panes of what the selected run says of itself: what it was
// configured with, and what it prints.
package about

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// list is lines of the selected run that can be scrolled.
type list struct {
	*runs.Runs
	seat pane.Seat
	name string
	of   int  // the run that it was scrolled in
	from int  // the first line that is seen
	tail bool // it begins at the end, and stays there until somebody scrolls back
	away bool // somebody has
	page int
	size func(*view.Run) int
	line func(l *draw.Line, r *view.Run, i int)
}

// Name is what the pane is called.
func (p *list) Name() string { return p.name }

// Brief is its name where there is little room.
func (p *list) Brief() string { return p.name }

// There says whether any run has lines.
func (p *list) There() bool {
	for i := range p.Snap.Runs {
		if p.size(&p.Snap.Runs[i]) > 0 {
			return true
		}
	}
	return false
}

// Rows is 0: the pane takes turns with the log.
func (p *list) Rows() int { return 0 }

// Follow has nothing to do.
func (p *list) Follow() {}

// Settle keeps what is seen within the lines.
func (p *list) Settle(q pane.Place, seen bool) {
	p.page = 1
	if seen {
		_, p.page = q.Inner()
	}
	r := p.Run()
	if r == nil {
		return
	}
	end := max(0, p.size(r)-p.page)
	if p.of != r.ID {
		p.of, p.from, p.away = r.ID, 0, false
	}
	if p.tail && !p.away {
		p.from = end
	}
	p.from = min(p.from, end)
	p.away = p.from < end
}

// Long says that it may be longer than its place.
func (p *list) Long() bool { return true }

// Page is how many rows are seen at once.
func (p *list) Page() int { return p.page }

// Move scrolls.
func (p *list) Move(by int) { p.from, p.away = max(0, p.from+by), true }

// Draw fills the place with the lines that fit.
func (p *list) Draw(q pane.Place) []string {
	w, h := q.Inner()
	r := p.Run()
	b := draw.Box{Title: p.name, Focused: q.Focused}
	if q.Number > 0 {
		b.Title = strconv.Itoa(q.Number) + " " + p.name
	}
	var lines []string
	switch {
	case r == nil:
		lines = draw.Middle(p.Theme.Dim.Paint(p.None()), w, h)
	case p.size(r) == 0:
		b.Title += " of " + runs.Label(r)
		lines = draw.Middle(p.Theme.Dim.Paint("none"), w, h)
	default:
		b.Title += " of " + runs.Label(r)
		n := p.size(r)
		for i := p.from; i < min(n, p.from+h); i++ {
			l := draw.NewLine(w)
			p.line(l, r, i)
			lines = append(lines, l.String())
		}
		if n > h {
			b.Right = strconv.Itoa(p.from+1) + "–" + strconv.Itoa(min(n, p.from+h)) + " of " + strconv.Itoa(n)
		}
	}
	if ansi.StringWidth(b.Title+q.Others)+9 <= q.W {
		b.Beside = q.Others
	}
	return q.Fill(p.Theme, b, lines)
}

// Parameters is the pane of what the selected run was configured with.
type Parameters struct {
	list
	keys int // columns that they have
}

var _ pane.Pager = (*Parameters)(nil)

// NewParameters is that pane, at a position among the panes of the screen. What
// differs between runs comes first.
func NewParameters(r *runs.Runs, position int) *Parameters {
	p := &Parameters{list: list{Runs: r, seat: pane.Seat{Screen: r.Screen, Position: position}, name: "config", of: -1}}
	p.size = func(r *view.Run) int { return len(r.Parameters) }
	p.line = p.parameter
	return p
}

// Keys is the line that the pane adds to the key table.
func (p *Parameters) Keys() []pane.Binding {
	return []pane.Binding{p.seat.Key(p, 62, "focus what the selected run was configured with", "no run tells its configuration")}
}

// parameter draws the i-th line: those in which runs differ, and then the others.
func (p *Parameters) parameter(l *draw.Line, r *view.Run, i int) {
	if i == p.from { // the first that is drawn
		p.keys = keyColumns(r, l.Left()-margins)
	}
	for _, differs := range []bool{true, false} {
		for j := range r.Parameters {
			q := &r.Parameters[j]
			if q.Differs != differs {
				continue
			}
			if i == 0 {
				p.put(l, q)
				return
			}
			i--
		}
	}
}

// margins are the columns of a line that are neither a key's nor a text's.
const margins = 6

// keyColumns is how many of some columns keys have: what the longest takes where the
// texts have room beside it, and a third otherwise.
func keyColumns(r *view.Run, of int) int {
	key, text := 0, 0
	for i := range r.Parameters {
		key = max(key, ansi.StringWidth(r.Parameters[i].Key))
		text = max(text, ansi.StringWidth(r.Parameters[i].Text))
	}
	return max(8, min(key, max(of-text, min(24, of/3))))
}

func (p *Parameters) put(l *draw.Line, q *view.Parameter) {
	sign, key, text := " ", p.Theme.Dim, p.Theme.Text
	if q.Differs {
		sign, key, text = "≠", p.Theme.Text, p.Theme.Strong
	}
	l.Gap(1).Put(p.Theme.Warn, sign).Gap(1).Put(key, draw.Fit(draw.Short(draw.Clean(q.Key), p.keys), p.keys))
	l.Gap(2).Put(text, draw.Short(draw.Clean(q.Text), max(0, l.Left()-1)))
}

// Output is the pane of what the selected run prints.
type Output struct{ list }

var _ pane.Pager = (*Output)(nil)

// NewOutput is that pane, at a position among the panes of the screen.
func NewOutput(r *runs.Runs, position int) *Output {
	p := &Output{list{Runs: r, seat: pane.Seat{Screen: r.Screen, Position: position}, name: "output", of: -1, tail: true}}
	p.size = func(r *view.Run) int { return len(r.Output) }
	p.line = func(l *draw.Line, r *view.Run, i int) {
		l.Gap(1).Put(p.Theme.Text, draw.Short(draw.Clean(r.Output[i]), max(0, l.Left()-1)))
	}
	return p
}

// Keys is the line that the pane adds to the key table.
func (p *Output) Keys() []pane.Binding {
	return []pane.Binding{p.seat.Key(p, 63, "focus what the selected run prints", "no run's output is read")}
}
