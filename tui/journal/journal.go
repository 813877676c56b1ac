// Package journal is the pane of the log: what has happened to runs, to devices
// and on this screen, by time, the newest at the bottom.
//
//	Journal  the pane: its selected line wraps where it has the focus, else the newest,
//	          and others where there is room
//	line     an event as it is listed: the same thing several times is one
//	query    which lines are listed: those of a run, of a kind, with a text
//	reader   the overlay that shows a line whole, with its place on the curves
//	          and, of an advice, what each of its numbers is
package journal

import (
	"slices"
	"sort"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/incident"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// Journal is the pane.
type Journal struct {
	*runs.Runs
	incidents *incident.Log
	seek      Seek

	all   []line // what there is, and of what it was put together last
	lines []line // those of them that pass the filter
	of    state
	query string
	name  int // the width of the names in sight
	clock int // and that of the times

	at    int  // of the selected line
	stays bool // on that line; else the newest is selected
	held  line // the selected one, to find it again
	back  int  // lines it is scrolled back
	seen  size
}

// Seek puts the value cursor of the curves where an event happened and says
// where that is; "" where no curve has such a place.
type Seek func(e *view.Event) string

type size struct{ w, h int }

type state struct {
	snap      *view.Snapshot
	noted     int
	incidents int
	query     string
}

var (
	_ pane.Pane     = (*Journal)(nil)
	_ pane.Pager    = (*Journal)(nil)
	_ pane.Reader   = (*Journal)(nil)
	_ pane.Filterer = (*Journal)(nil)
)

// New is the log of runs and of what their devices have done.
func New(r *runs.Runs, incidents *incident.Log, seek Seek) *Journal {
	return &Journal{Runs: r, incidents: incidents, seek: seek}
}

// Name is what the pane is called.
func (j *Journal) Name() string { return "log" }

// Brief is its name where there is little room.
func (j *Journal) Brief() string { return "log" }

// There says that there is always a log.
func (j *Journal) There() bool { return true }

// Rows is 0: a log has a use for any height.
func (j *Journal) Rows() int { return 0 }

// Follow takes in what has happened since. Unless another is selected, the
// newest line is.
func (j *Journal) Follow() {
	j.incidents.Take(j.Snap)
	now := state{j.Snap, j.Noted, len(j.incidents.Lines), j.query}
	if j.of == now {
		return
	}
	j.of = now
	events := slices.DeleteFunc(slices.Concat(j.Snap.Events, j.incidents.Lines, j.Notes), func(e view.Event) bool { return e.Text == "" })
	if len(j.Notes)+len(j.incidents.Lines) > 0 {
		sort.SliceStable(events, func(a, b int) bool { return events[a].Elapsed < events[b].Elapsed })
	}
	j.all = folded(events)
	j.lines = j.all
	if j.query != "" {
		j.lines = slices.DeleteFunc(slices.Clone(j.all), func(e line) bool { return !passes(&e, j.query) })
	}
	j.find()
}

// find selects the line that was selected, wherever it stands now. Where it is no
// more, that before it is.
func (j *Journal) find() {
	last := max(0, len(j.lines)-1)
	if !j.stays {
		j.at = last
		return
	}
	at := 0
	for i := range j.lines {
		e := &j.lines[i]
		if e.Elapsed > j.held.Elapsed {
			break
		}
		if at = i; e.Elapsed == j.held.Elapsed && e.Run == j.held.Run && e.Text == j.held.Text {
			break
		}
	}
	j.at = min(at, last)
}

// Settle keeps the selected line within what is seen.
func (j *Journal) Settle(q pane.Place, seen bool) {
	j.seen = size{1, 1}
	if !seen {
		return
	}
	j.seen.w, j.seen.h = q.Inner()
	n, more := len(j.lines), 0
	j.back = min(j.back, max(0, n-j.at-1))
	for range 2 { // how it wraps follows from the names and times in sight, and these from how it wraps
		j.widths()
		if q.Focused && j.at < n {
			more = len(j.chosen(j.seen.w, max(1, j.seen.h))) - 1
		}
		end := min(n-j.back, j.at+1+max(0, j.seen.h-1-more)) // its own rows, and those after it
		j.back = max(0, n-max(end, min(n, j.seen.h-more)))
	}
	j.widths()
}

// widths sees how wide the names and the times are of the lines in sight.
func (j *Journal) widths() {
	const most, least = 12, 6
	j.name, j.clock = 0, least
	end := len(j.lines) - j.back
	for i := max(0, end-j.seen.h); i < end; i++ {
		j.name = max(j.name, min(ansi.StringWidth(draw.Clean(j.lines[i].Run)), most))
		j.clock = max(j.clock, ansi.StringWidth(draw.Clock(j.lines[i].Elapsed)))
	}
}

// Move selects another line: an earlier one by a negative number.
func (j *Journal) Move(by int) {
	j.at = min(max(j.at+by, 0), max(0, len(j.lines)-1))
	j.stays = j.at < len(j.lines)-1
	if j.stays {
		j.held = j.lines[j.at]
	}
}

// Long says that it may be longer than its place, and Page how many rows are seen.
func (j *Journal) Long() bool { return true }

// Page is how many rows are seen at once.
func (j *Journal) Page() int { return j.seen.h }

// Draw fills the place with the newest lines that fit, or those about the
// selected one.
func (j *Journal) Draw(q pane.Place) []string {
	w, h := q.Inner()
	rows := make([]string, 0, 2*h)
	for _, d := range j.drawn(w, h, q.Focused) {
		rows = append(rows, d.rows...)
	}
	if len(j.lines) == 0 && j.query != "" {
		rows = append(rows, draw.NewLine(w).Gap(2).Put(j.Theme.Dim, "no line matches "+strconv.Quote(j.query)).String())
	}
	b := j.box(q)
	return q.Fill(j.Theme, b, rows[max(0, len(rows)-h):])
}

func (j *Journal) box(q pane.Place) draw.Box {
	b := draw.Box{Title: "log", Focused: q.Focused}
	if q.Number > 0 {
		b.Title, b.Beside = strconv.Itoa(q.Number)+" log", q.Others
	}
	if j.query != "" {
		b.Beside = draw.Join("filter: "+draw.Clean(j.query), strconv.Itoa(len(j.lines))+" of "+strconv.Itoa(len(j.all)), b.Beside)
	}
	if j.back > 0 {
		b.Right = strconv.Itoa(j.back) + " newer"
	}
	return b
}
