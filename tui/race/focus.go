package race

import (
	"optwatch/train/view"
	"optwatch/tui/ask"
	"optwatch/tui/chart"
	"optwatch/tui/pane"
)

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

// Topic is what the keys of the focused pane are about.
func (q *Race) Topic() (t pane.Topic, name string) {
	name = q.panes[q.Focus].Name()
	switch q.Focus {
	case leftChart, rightChart:
		return pane.OnCurves, "curves"
	case paneRuns:
		return pane.OnRuns, name
	case paneClients:
		return pane.OnClients, name
	}
	return "", name
}

// moves says whether the focused pane has something to select or to scroll.
func (q *Race) moves() bool {
	_, long := q.panes[q.Focus].(pane.Pager)
	return long || q.Focus == paneRuns
}

// moveWord is what j and k do in the focused pane.
func (q *Race) moveWord() string {
	_, long := q.panes[q.Focus].(pane.Pager)
	switch {
	case q.Focus == paneClients:
		return "client"
	case q.Focus == paneDevices:
		return "device"
	case q.Focus == paneLog:
		return "line"
	case long:
		return "scroll"
	}
	return "select"
}

// charted says whether the focused pane has charts.
func (q *Race) charted() bool { return q.charter() != nil || q.focused() != nil }

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

// reader is the focused pane, if it has a line to be read; else nil.
func (q *Race) reader() pane.Reader {
	if p, ok := q.panes[q.Focus].(pane.Reader); ok && p.CanRead() {
		return p
	}
	return nil
}

// canEnter, enter and openWord are about the key that opens what is selected: a line
// of the focused pane, or else a group of seeds.
func (q *Race) canEnter() bool { return q.Ready() && q.reader() != nil || q.CanOpen() }

func (q *Race) enter() {
	if p := q.reader(); p != nil {
		p.Read()
		return
	}
	q.ToggleOpen()
}

func (q *Race) openWord() string {
	switch {
	case q.reader() != nil:
		return "read"
	case q.Opened():
		return "close"
	}
	return "open"
}

// filter asks what is to be seen of the focused pane, if it has a filter of its own,
// or else of the runs.
func (q *Race) filter() {
	if p, ok := q.panes[q.Focus].(pane.Filterer); ok {
		p.OpenFilter()
		return
	}
	ask.Filter(q.Runs)
}

// filtered is the focused pane, if it leaves anything out; else nil.
func (q *Race) filtered() pane.Filterer {
	if p, ok := q.panes[q.Focus].(pane.Filterer); ok && p.Filtered() {
		return p
	}
	return nil
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
func (q *Race) canLeave() bool { return q.values || q.zoom || q.filtered() != nil || q.Filter != "" }

func (q *Race) leaveWord() string {
	switch {
	case q.values:
		return "leave values"
	case q.zoom: // z says so
		return ""
	case q.filtered() != nil:
		return "all lines"
	}
	return "all runs"
}

func (q *Race) leave() {
	switch {
	case q.values:
		q.values = false
	case q.zoom:
		q.zoom = false
	case q.filtered() != nil:
		q.filtered().Unfilter()
	default:
		q.Filter = ""
	}
}

// chartColumns is the width of the plot that has the focus, or of any other.
func (q *Race) chartColumns() int {
	w := 60
	for _, p := range q.lay.Panes {
		if _, ok := q.panes[p.Pane].(*curves); ok {
			w, _ = p.Inner()
			if p.Pane == q.Focus {
				break
			}
		}
	}
	cols, _ := chart.Room(w, 0)
	return max(2, cols)
}

// focused is the chart that has the focus; nil if none has.
func (q *Race) focused() *curves {
	c, _ := q.panes[q.Focus].(*curves)
	return c
}

func (q *Race) canLogY() bool {
	c := q.focused()
	return q.Ready() && c != nil && c.metric().Scale != view.Linear
}

func (q *Race) toggleLogY() {
	c := q.focused()
	key := c.metric().Key
	c.flipped[key] = !c.flipped[key]
}

// charter is the pane that has charts of its own in focus; nil if none has.
func (q *Race) charter() pane.Charter {
	p, _ := q.panes[q.Focus].(pane.Charter)
	return p
}

func (q *Race) canMetric() bool {
	if p := q.charter(); p != nil {
		return q.Ready() && p.CanNextChart()
	}
	return q.Ready() && q.focused() != nil
}

func (q *Race) nextMetric() {
	if p := q.charter(); p != nil {
		p.NextChart()
		return
	}
	q.focused().next()
}

// canSpan and span zoom the x-axis, or change the time on the charts in focus.
func (q *Race) canSpan() bool {
	if p := q.charter(); p != nil {
		return q.Ready() && p.CanSpan()
	}
	return q.curves()
}

func (q *Race) span(key string) {
	if p := q.charter(); p != nil {
		p.Span(key)
		return
	}
	q.zoomX(key)
}
