package tui

// pane is a part of the screen that can be focused.
type pane int

const (
	paneLeft  pane = iota // the first chart
	paneRight             // the second
	paneRuns              // the standings
	paneLog
	paneClients // of a federated run; there is none where no run is federated
	panes       // how many there are
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
	turns    []pane // that take turns in one place, where there is no room for all
	brief    rect   // the selected run in a line, where the standings are out of sight
	footer   rect
}

// scene is what a layout depends on besides the size of the screen.
type scene struct {
	runs    int
	clients int // rows of the clients pane that have a use; 0 where there is none
	focus   pane
	chart   pane // the chart focused last: it is shown where there is room for one only
	front   pane // of the charts and the clients the one focused last, likewise
	zoom    bool
}

// arrange lays out a screen of w×h cells.
func arrange(w, h int, s scene) layout {
	if w < minWidth || h < minHeight {
		return layout{tooSmall: true}
	}
	l := layout{header: rect{0, 0, w, 1}, footer: rect{0, h - 1, w, 1}}
	body := rect{0, 1, w, h - 2}
	switch {
	case s.zoom:
		l.panes = []placed{{s.focus, w >= 60, body}}
	case w < 80 || h < 24:
		l.single(body, s.focus)
	default:
		l.full(body, s)
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

// full shows everything: charts on top, standings, then the clients and the
// log beside each other or one above the other. Where that would leave too
// little of each, the clients take turns with the charts.
func (l *layout) full(body rect, s scene) {
	table, log := min(max(s.runs, 1)+3, max(6, body.h/3)), logHeight(body.h)
	rest := body.h - table
	clients := 0 // their height, where they have the whole width
	switch {
	case s.clients == 0:
	case body.w >= 120:
		log = max(log, min(s.clients, max(6, spare(rest))))
	case rest-log >= 20:
		clients = min(s.clients, spare(rest-log))
	}
	charts := rect{body.x, body.y, body.w, rest - log - clients}
	l.charts(charts, s.chart)
	if s.clients > 0 && body.w < 120 && clients == 0 {
		l.turns = append(l.turns, paneClients)
		if s.front == paneClients {
			l.panes = []placed{{paneClients, true, charts}}
		}
	}
	runs := rect{body.x, charts.y + charts.h, body.w, table}
	low := rect{body.x, runs.y + runs.h, body.w, log + clients}
	l.panes = append(l.panes, placed{paneRuns, true, runs})
	l.low(low, clients, s.clients > 0)
}

// low is the part under the standings: the log, and the clients beside it or,
// as high as they are said to be, above it.
func (l *layout) low(r rect, above int, some bool) {
	log := r
	switch {
	case some && r.w >= 120:
		r.w = min(r.w*5/8, 104)
		log.x, log.w = log.x+r.w, log.w-r.w
		l.panes = append(l.panes, placed{paneClients, true, r})
	case above > 0:
		r.h = above
		log.y, log.h = log.y+above, log.h-above
		l.panes = append(l.panes, placed{paneClients, true, r})
	}
	l.panes = append(l.panes, placed{paneLog, true, log})
}

// spare is how many of some rows the charts can do without: they keep the
// larger half, and 12 at least.
func spare(rows int) int { return rows - max(12, rows*11/20) }

// charts puts the two charts side by side, or one above the other, or shows
// the one focused last.
func (l *layout) charts(r rect, last pane) {
	left, right := r, r
	switch {
	case r.w >= 120:
		left.w = r.w / 2
		right.x, right.w = r.x+left.w, r.w-left.w
	case r.h >= 20:
		left.h = r.h / 2
		right.y, right.h = r.y+left.h, r.h-left.h
	default:
		l.panes, l.turns = append(l.panes, placed{last, true, r}), []pane{paneLeft, paneRight}
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
