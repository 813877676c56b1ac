// Package race is the screen of runs that train side by side: two charts of
// their curves, the standings, the log, and beside them whatever panes it is
// given.
//
// It knows no metric and no axis by name: what is drawn, over what, and which
// columns the standings have, the source declares. Nor does it know an
// optimizer: what can be switched to, and what that costs, the source offers.
package race

import (
	"slices"
	"strconv"

	"optwatch/tui/draw"
	"optwatch/tui/header"
	"optwatch/tui/incident"
	"optwatch/tui/journal"
	"optwatch/tui/pane"
	"optwatch/tui/playback"
	"optwatch/tui/runs"
)

// Race is a pane.Program.
type Race struct {
	*sight
	gallery
	keeper
	drive  driver
	player playback.Player
	record *playback.Keeping
	charts [4]*curves
	table  *standings
	log    *journal.Journal
	panes  []pane.Pane
	zoom   bool
	recent []int // the panes focused so far, the latest first
	lay    layout
}

var _ pane.Program = (*Race)(nil)

// New is a race of runs with panes beside the curves, of clients, of devices
// and of the diagnosis, and any others.
func New(r *runs.Runs, beside ...pane.Pane) *Race {
	s := &sight{Runs: r}
	incidents := new(incident.Log)
	q := &Race{sight: s, drive: driver{r}, player: playback.Player{Screen: r.Screen}, record: &playback.Keeping{Screen: r.Screen}, table: &standings{s}}
	q.log = journal.New(r, incidents, q.seek)
	q.gallery, q.keeper = gallery{q}, keeper{race: q}
	for i := range q.charts {
		q.charts[i] = &curves{sight: s, at: i, incidents: incidents, flipped: map[string]bool{}}
	}
	for i, c := range q.charts {
		c.beside = slices.Concat(q.charts[:i], q.charts[i+1:])
	}
	q.panes = append([]pane.Pane{q.charts[0], q.charts[1], q.table, q.log}, beside...)
	q.panes = append(q.panes, q.charts[2], q.charts[3])
	return q
}

// Header says what is trained on what, who looks, and how the runs stand.
func (q *Race) Header(w int) string { return header.Header{Runs: q.Runs, Player: q.player}.Draw(w) }

// Ground is the mode of the main screen.
func (q *Race) Ground() pane.Mode { return pane.Main }

// Panes are the charts, the standings, the log and those beside them.
func (q *Race) Panes() []pane.Pane { return q.panes }

// Moving says whether the next snapshot is likely to differ.
func (q *Race) Moving() bool {
	if q.Snap.Playback != nil {
		return q.player.Moving()
	}
	return q.Runs.Moving()
}

// Follow makes what was chosen fit the snapshot.
func (q *Race) Follow() {
	q.Runs.Refresh()
	q.keeper.Follow()
	q.record.Follow()
	q.sight.keepAxis()
	q.sight.keepScale()
	q.sight.keepWindow(q.charts[0].metric())
	q.keepFocus()
	for _, p := range q.panes {
		p.Follow()
	}
	q.Runs.Fold()
}

// keepFocus leaves a pane that is not there any more, and remembers what lay
// on top.
func (q *Race) keepFocus() {
	if q.Focus < 0 || q.Focus >= len(q.panes) || !q.panes[q.Focus].There() {
		q.Focus = paneRuns
	}
	if len(q.recent) == 0 || q.recent[0] != q.Focus {
		others := slices.DeleteFunc(q.recent, func(p int) bool { return p == q.Focus })
		q.recent = slices.Insert(others, 0, q.Focus)
	}
	q.Screen.Alone = q.zoom
}

// rows are those that a pane has a use for; 0 where there is none.
func (q *Race) rows(p int) int {
	if p >= len(q.panes) || !q.panes[p].There() {
		return 0
	}
	return q.panes[p].Rows()
}

// Arrange says where everything lies.
func (q *Race) Arrange(w, h int) pane.Layout {
	q.roomy = w >= 120 && h >= 36
	s := scene{
		grid: q.grid, more: q.more(),
		runs: len(q.Entries()), clients: q.rows(paneClients), devices: q.rows(paneDevices), diagnosis: q.rows(paneDiagnosis),
		oneChart: !q.charts[rightChart].There(), focus: q.Focus, recent: q.recent, zoom: q.zoom,
	}
	if v := q.Snap.Devices; v != nil && s.devices > 0 {
		s.gpus = len(v.Devices)
	}
	for p := paneOthers; p < len(q.panes)-2; p++ {
		if q.panes[p].There() {
			s.others = append(s.others, p)
		}
	}
	inner := w
	if boxed(w, h, q.zoom) {
		inner -= 2
	}
	s.advice = q.advised(inner)
	below := q.below(h)
	s.below = len(below)
	l, tabs, brief := arrange(w, h, s)
	q.lay, q.under = l, l.advice
	for i := range l.Panes {
		p := &l.Panes[i]
		p.Focused = p.Pane == q.Focus
		if group := l.group(p.Pane); group != nil {
			p.Number, p.Others = p.Pane+1, q.namesBut(group, p.Pane)
		}
	}
	if tabs > 0 {
		l.Rows = append(l.Rows, pane.Row{Y: tabs, Draw: q.tabs().Draw, Click: q.clickTab})
	}
	if brief > 0 {
		l.Rows = append(l.Rows, pane.Row{Y: brief, Draw: q.brief})
		for i := range h - 1 - len(below) - brief - 1 {
			l.Rows = append(l.Rows, pane.Row{Y: brief + 1 + i, Draw: func(w int) string { return draw.Fit(q.advice(w, s.advice)[i], w) }})
		}
	}
	for i, row := range below {
		row.Y = h - 1 - len(below) + i
		l.Rows = append(l.Rows, row)
	}
	return l.Layout
}

// below are the lines under the panes of a screen of h rows: where a recording
// is, if there is room for that, and that nothing is recorded.
func (q *Race) below(h int) []pane.Row {
	var lines []pane.Row
	if q.player.There() && h >= 16 {
		lines = append(lines, pane.Row{Draw: q.player.Strip, Click: q.player.ClickStrip})
	}
	if q.record.Trouble() != "" {
		lines = append(lines, pane.Row{Draw: q.record.Draw})
	}
	return lines
}

// namesBut names the panes that take turns with one in its place.
func (q *Race) namesBut(group []int, p int) string {
	others := ""
	for _, other := range group {
		if other != p {
			others = draw.Join(others, strconv.Itoa(other+1)+" "+q.panes[other].Name())
		}
	}
	return others
}
