package race

import "optwatch/tui/pane"

// The keys that go to the pane in focus, and those that move the focus.

// move selects another run, or whatever the focused pane has to select.
func (q *Race) move(key string) {
	by := 1
	if key == "k" || key == "up" {
		by = -1
	}
	if p, ok := q.panes[q.Focus].(pane.Mover); ok {
		p.Move(by)
		return
	}
	q.Move(by)
}

// inLong says whether a pane has the focus that may be longer than the screen.
func (q *Race) inLong() bool {
	p, ok := q.panes[q.Focus].(pane.Pager)
	return q.Ready() && ok && p.Long()
}

// page moves by a pane, or to an end.
func (q *Race) page(key string) {
	p := q.panes[q.Focus].(pane.Pager)
	const end = 1 << 30
	p.Move(map[string]int{"pgup": -p.Page(), "pgdown": p.Page(), "home": -end, "end": end}[key])
}

func (q *Race) nextOrder() {
	if p, ok := q.panes[q.Focus].(pane.Sorter); ok {
		p.NextOrder()
		return
	}
	q.Runs.NextOrder()
}

func (q *Race) openWord() string {
	if q.Opened() {
		return "close"
	}
	return "open"
}

func (q *Race) cycleFocus(key string) {
	n := len(q.panes)
	by := 1
	if key == "shift+tab" {
		by = n - 1
	}
	for q.Focus = (q.Focus + by) % n; !q.panes[q.Focus].There(); {
		q.Focus = (q.Focus + by) % n
	}
}

func (q *Race) zoomWord() string {
	if q.zoom {
		return "all panes"
	}
	return "zoom"
}

// canLeave and leave undo the latest of what esc can leave.
func (q *Race) canLeave() bool { return q.values || q.zoom || q.Filter != "" }

func (q *Race) leaveWord() string {
	switch {
	case q.values:
		return "leave values"
	case q.zoom: // z says so
		return ""
	}
	return "all runs"
}

func (q *Race) leave() {
	switch {
	case q.values:
		q.values = false
	case q.zoom:
		q.zoom = false
	default:
		q.Filter = ""
	}
}
