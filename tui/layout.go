package tui

// pane is a part of the screen that can be focused.
type pane int

const (
	paneLeft  pane = iota // the first chart
	paneRight             // the second
	paneRuns              // the standings
	paneLog
	panes // how many there are
)

// The smallest screen that is drawn at all.
const minWidth, minHeight = 40, 12

// rect is a place on the screen in cells.
type rect struct{ x, y, w, h int }

// placed is a pane in its place. A boxed pane has a border within its place.
type placed struct {
	pane  pane
	boxed bool
	rect
}

// layout says where everything lies. What is not on the screen has no height.
type layout struct {
	tooSmall bool
	header   rect
	tabs     rect // the strip that names the panes where only one is shown
	panes    []placed
	brief    rect // the selected run in a line, where the standings are out of sight
	footer   rect
}

// arrange lays out a screen of w×h cells with a number of runs. Of the charts,
// recent is the one focused last: it is shown where there is room for one only.
func arrange(w, h, runs int, focus, recent pane, zoom bool) layout {
	if w < minWidth || h < minHeight {
		return layout{tooSmall: true}
	}
	l := layout{header: rect{0, 0, w, 1}, footer: rect{0, h - 1, w, 1}}
	body := rect{0, 1, w, h - 2}
	switch {
	case zoom:
		l.panes = []placed{{focus, w >= 60, body}}
	case w < 80 || h < 24:
		l.single(body, focus)
	default:
		l.full(body, runs, recent)
	}
	return l
}

// single shows one pane under a strip of tabs. The selected run keeps a line,
// so that the keys which drive it can be used from everywhere.
func (l *layout) single(body rect, focus pane) {
	l.tabs = rect{body.x, body.y, body.w, 1}
	body.y, body.h = body.y+1, body.h-1
	if focus != paneRuns {
		body.h--
		l.brief = rect{body.x, body.y + body.h, body.w, 1}
	}
	l.panes = []placed{{focus, false, body}}
}

// full shows everything: charts on top, standings, log.
func (l *layout) full(body rect, runs int, recent pane) {
	table := min(max(runs, 1)+3, max(6, body.h/3))
	log := logHeight(body.h)
	charts := rect{body.x, body.y, body.w, body.h - table - log}
	l.charts(charts, recent)
	l.panes = append(l.panes,
		placed{paneRuns, true, rect{body.x, charts.y + charts.h, body.w, table}},
		placed{paneLog, true, rect{body.x, charts.y + charts.h + table, body.w, log}})
}

// charts puts the two charts side by side, or one above the other, or shows
// the more recent one.
func (l *layout) charts(r rect, recent pane) {
	left, right := r, r
	switch {
	case r.w >= 120:
		left.w = r.w / 2
		right.x, right.w = r.x+left.w, r.w-left.w
	case r.h >= 20:
		left.h = r.h / 2
		right.y, right.h = r.y+left.h, r.h-left.h
	default:
		l.panes = append(l.panes, placed{recent, true, r})
		return
	}
	l.panes = append(l.panes, placed{paneLeft, true, left}, placed{paneRight, true, right})
}

// logHeight is the height of the log, border included, in a body of h rows.
func logHeight(h int) int {
	return min(max(3, h/8+1), 10)
}

// find is the place of a pane, if it is on the screen.
func (l layout) find(p pane) (placed, bool) {
	for _, q := range l.panes {
		if q.pane == p {
			return q, true
		}
	}
	return placed{}, false
}
