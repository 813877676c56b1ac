package tui

import "slices"

// pane is a part of the screen that can be focused.
type pane int

const (
	paneLeft  pane = iota // the first chart
	paneRight             // the second
	paneRuns              // the standings
	paneLog
	paneClients   // of a federated run; there is none where no run is federated
	paneDevices   // the GPUs and the host; there is none where nobody watches them
	paneDiagnosis // what theory says of the selected run; there is none before a run has been looked at
	panes         // how many there are
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
	turns    [][]pane // those that take turns in one place, where there is no room for all
	brief    rect     // the selected run in a line, where the standings are out of sight
	footer   rect
}

// scene is what a layout depends on besides the size of the screen.
type scene struct {
	runs      int
	clients   int // rows of the clients pane that have a use; 0 where there is none
	devices   int // rows of the devices pane that have a use; 0 where there is none
	gpus      int // devices in it
	focus     pane
	recent    []pane // the panes focused so far, the latest first
	zoom      bool
	diagnosis int // rows of the diagnosis that have a use; 0 where there is none
}

// front is the pane of a group that was focused last, the first if none was.
func (s scene) front(group []pane) pane {
	for _, p := range s.recent {
		if slices.Contains(group, p) {
			return p
		}
	}
	return group[0]
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

// full shows everything: charts on top, standings, then what is beside the
// curves: on wide screens the clients on the left and the devices with the log
// on the right, else the clients or the devices above the log. Where that
// would leave too little of each, some take turns. The diagnosis takes turns
// with what lies beside the log, or lies there itself. Without a GPU the devices
// are only a look at the host: they stand behind the log and take no room.
func (l *layout) full(body rect, s scene) {
	table, log := min(max(s.runs, 1)+3, max(6, body.h/3)), logHeight(body.h)
	rest := body.h - table
	above := 0 // height of what lies above the log, where that has the whole width
	beside := s.beside()
	switch wide := body.w >= 120; {
	case wide && s.lowRows(log) > 0:
		log = max(log, min(s.lowRows(log), max(6, spare(rest))))
	case !wide && len(beside) > 0 && rest-log >= 20:
		above = min(s.besideRows(), spare(rest-log))
	}
	charts := rect{body.x, body.y, body.w, rest - log - above}
	switch {
	case body.w >= 120 || above > 0:
		l.charts(charts, nil, s)
	case len(beside) > 0:
		l.share(charts, slices.Concat([]pane{paneLeft, paneRight}, beside, s.diagnoses()), s)
	default:
		l.charts(charts, s.diagnoses(), s)
	}
	l.place(paneRuns, rect{body.x, charts.y + charts.h, body.w, table})
	low := rect{body.x, body.y + body.h - log - above, body.w, log + above}
	if body.w >= 120 {
		l.sides(low, s)
		return
	}
	if above > 0 {
		l.share(rect{low.x, low.y, low.w, above}, append(beside, s.diagnoses()...), s)
		low.y, low.h = low.y+above, log
	}
	l.log(low, s)
}

// place puts a pane in its place.
func (l *layout) place(p pane, r rect) { l.panes = append(l.panes, placed{p, true, r}) }

// share lets panes take turns in one place.
func (l *layout) share(r rect, group []pane, s scene) {
	l.place(s.front(group), r)
	if len(group) > 1 {
		l.turns = append(l.turns, group)
	}
}

// spare is how many of some rows the charts can do without: they keep the
// larger half, and 12 at least.
func spare(rows int) int { return rows - max(12, rows*11/20) }

// charts puts the two charts side by side, or one above the other, or shows
// the one focused last. Others take turns with the second.
func (l *layout) charts(r rect, others []pane, s scene) {
	left, right := r, r
	switch {
	case r.w >= 120:
		left.w = r.w / 2
		right.x, right.w = r.x+left.w, r.w-left.w
	case r.h >= 20:
		left.h = r.h / 2
		right.y, right.h = r.y+left.h, r.h-left.h
	default:
		l.share(r, append([]pane{paneLeft, paneRight}, others...), s)
		return
	}
	l.place(paneLeft, left)
	l.share(right, append([]pane{paneRight}, others...), s)
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

// group are the panes that take turns with one in its place, itself among
// them; nil if it has its place for itself.
func (l layout) group(p pane) []pane {
	for _, g := range l.turns {
		if slices.Contains(g, p) {
			return g
		}
	}
	return nil
}
