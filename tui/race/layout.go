package race

import (
	"slices"

	"optwatch/tui/pane"
)

// Beside is the position of the first pane that New is given.
const Beside = paneClients

// The panes of a race by their positions: its own, and then those beside the
// curves in the order in which New is given them. Others come after these, and
// take turns with the log.
const (
	leftChart = iota
	rightChart
	paneRuns
	paneLog
	paneClients   // of a federated run
	paneDevices   // the GPUs and the host
	paneDiagnosis // what theory says of the selected run
	paneOthers    // the first of the others
)

// layout says where everything lies.
type layout struct {
	pane.Layout
	advice int // rows of the advice under the standings
}

// scene is what a layout depends on besides the size of the screen.
type scene struct {
	runs      int
	clients   int // rows of the clients pane that have a use; 0 where there is none
	devices   int // rows of the devices pane that have a use; 0 where there is none
	gpus      int // devices in it
	diagnosis int // rows of the diagnosis that have a use; 0 where there is none
	others    []int
	oneChart  bool // there is one metric alone
	grid      grid
	more      []int // the charts after the second
	focus     int
	recent    []int // the panes focused so far, the latest first
	zoom      bool
	advice    int // rows of the advice for the selected run
	below     int // lines under the panes
}

// front is the pane of a group that was focused last, the first if none was.
func (s scene) front(group []int) int {
	for _, p := range s.recent {
		if slices.Contains(group, p) {
			return p
		}
	}
	return group[0]
}

// charts are the panes of curves: one where there is one metric alone, of which two
// would show the same.
func (s scene) charts() []int {
	if s.oneChart {
		return []int{leftChart}
	}
	return []int{leftChart, rightChart}
}

// arrange lays out the body of a screen of w×h cells. The rows of tabs and of
// the selected run, where one pane is shown at a time, are 0 where there are none.
func arrange(w, h int, s scene) (l layout, tabs, brief int) {
	body := pane.Rect{X: 0, Y: 1, W: w, H: h - 2 - s.below}
	switch {
	case s.zoom:
		l.Panes = []pane.Placed{{Pane: s.focus, Place: pane.Place{Boxed: boxed(w, h, s.zoom), Rect: body}}}
	case !boxed(w, h, s.zoom):
		tabs, brief = l.single(body, s)
	default:
		l.full(body, s)
		if q, ok := l.Find(paneDiagnosis); ok && q.H < s.diagnosis { // which says the advice too, and has a use for its rows
			s.advice, l = 0, layout{}
			l.full(body, s)
		}
		l.behindLog(s)
	}
	l.advice = s.advice
	return l, tabs, brief
}

// boxed says whether panes have borders on a screen of w×h cells.
func boxed(w, h int, zoom bool) bool { return zoom && w >= 60 || !zoom && w >= 80 && h >= 24 }

// single shows one pane under a strip of tabs. The selected run keeps a line,
// so that the keys which drive it can be used from everywhere, and where there is
// room its advice stands under that.
func (l *layout) single(body pane.Rect, s scene) (tabs, brief int) {
	tabs = body.Y
	body.Y, body.H = body.Y+1, body.H-1
	if s.focus != paneRuns {
		body.H--
		if body.H >= roomForAdvice && s.focus != paneDiagnosis { // which says it too
			body.H -= s.advice
		}
		brief = body.Y + body.H
	}
	l.Panes = []pane.Placed{{Pane: s.focus, Place: pane.Place{Rect: body}}}
	return tabs, brief
}

// roomForAdvice is the height of a single pane from which on it can do without some
// rows for the advice.
const roomForAdvice = 14

// full shows everything: charts on top, standings, then what is beside the
// curves: on wide screens the clients on the left and the devices with the log
// on the right, else the clients or the devices above the log. Where that
// would leave too little of each, some take turns. The diagnosis takes turns
// with what lies beside the log, or lies there itself. Without a GPU the devices
// are only a look at the host: they stand behind the log and take no room.
func (l *layout) full(body pane.Rect, s scene) {
	table, log := min(max(s.runs, 1)+3, max(6, body.H/3))+s.advice, logHeight(body.H)
	rest := body.H - table
	above := 0 // height of what lies above the log, where that has the whole width
	beside := s.beside()
	switch wide := body.W >= 120; {
	case wide && len(s.more) > 0 && s.lowRows(log) > 0: // the charts that were asked for go before
		log = max(log, 6)
	case wide && s.lowRows(log) > 0:
		log = max(log, min(s.lowRows(log), max(6, spare(rest))))
	case !wide && len(beside) > 0 && rest-log >= 20:
		above = min(s.besideRows(), spare(rest-log))
	}
	charts := pane.Rect{X: body.X, Y: body.Y, W: body.W, H: rest - log - above}
	switch {
	case body.W >= 120 || above > 0:
		l.charts(charts, nil, s)
	case len(beside) > 0:
		l.turns(charts, slices.Concat(s.charts(), beside, s.diagnoses()), s)
	default:
		l.charts(charts, s.diagnoses(), s)
	}
	l.place(paneRuns, pane.Rect{X: body.X, Y: charts.Y + charts.H, W: body.W, H: table})
	low := pane.Rect{X: body.X, Y: body.Y + body.H - log - above, W: body.W, H: log + above}
	if body.W >= 120 {
		l.sides(low, s)
		return
	}
	if above > 0 {
		l.turns(pane.Rect{X: low.X, Y: low.Y, W: low.W, H: above}, append(beside, s.diagnoses()...), s)
		low.Y, low.H = low.Y+above, log
	}
	l.log(low, s)
}

// place puts a pane in its place.
func (l *layout) place(p int, r pane.Rect) {
	l.Panes = append(l.Panes, pane.Placed{Pane: p, Place: pane.Place{Boxed: true, Rect: r}})
}

// turns lets panes take turns in one place.
func (l *layout) turns(r pane.Rect, group []int, s scene) {
	l.place(s.front(group), r)
	if len(group) > 1 {
		l.Turns = append(l.Turns, group)
	}
}

// spare is how many of some rows the charts can do without: they keep the
// larger half, and 12 at least.
func spare(rows int) int { return rows - max(12, rows*11/20) }

// charts puts the two charts side by side, or one above the other, or shows
// the one focused last, or the only one. Others take turns with the second.
func (l *layout) charts(r pane.Rect, others []int, s scene) {
	left, right := r, r
	switch {
	case s.oneChart || s.grid.wants() == 1:
		l.turns(r, append(s.charts(), others...), s)
		return
	case len(s.more) > 0 && len(others) == 0 && r.W >= 120 && r.H >= 16:
		l.tiles(r, s)
		return
	case r.W >= 120:
		left.W = r.W / 2
		right.X, right.W = r.X+left.W, r.W-left.W
	case r.H >= 20:
		left.H = r.H / 2
		right.Y, right.H = r.Y+left.H, r.H-left.H
	default:
		l.turns(r, append(s.charts(), others...), s)
		return
	}
	l.place(leftChart, left)
	l.turns(right, append([]int{rightChart}, others...), s)
}

// logHeight is the height of the log, border included, in a body of h rows.
func logHeight(h int) int {
	return min(max(3, h/8+1), 10)
}

// group are the panes that take turns with one in its place, itself among
// them; nil if it has its place for itself.
func (l *layout) group(p int) []int {
	for _, g := range l.Turns {
		if slices.Contains(g, p) {
			return g
		}
	}
	return nil
}

// behindLog lets the panes without a place of their own take turns with the log.
func (l *layout) behindLog(s scene) {
	if len(s.others) == 0 {
		return
	}
	group := l.group(paneLog)
	at := slices.IndexFunc(l.Panes, func(q pane.Placed) bool {
		return q.Pane == paneLog || slices.Contains(group, q.Pane)
	})
	if group == nil {
		group = []int{paneLog}
	}
	all := slices.Concat(group, s.others)
	l.Turns = append(slices.DeleteFunc(l.Turns, func(g []int) bool { return slices.Contains(g, paneLog) }), all)
	l.Panes[at].Pane = s.front(all)
}
