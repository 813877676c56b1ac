// Package diagnosis is the pane of what theory says of the selected run: how
// noisy its gradients are, how long a step may be, whether its corrections and
// its clients help, and one advice. Numbers whose error leaves nothing to
// conclude from are not shown as numbers, and what is not of the run as it now
// is says so.
package diagnosis

import (
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// rowsOfUse is the height for which the pane has a use. It is the same for all
// runs, so that nothing moves with the selection.
const rowsOfUse = 13

// Diagnosis is that of the selected run.
type Diagnosis struct {
	*runs.Runs
	seat pane.Seat
}

var _ pane.Pane = (*Diagnosis)(nil)

// New is the pane of the diagnosis of runs, at a position among the panes of
// the screen.
func New(r *runs.Runs, position int) *Diagnosis {
	return &Diagnosis{r, pane.Seat{Screen: r.Screen, Position: position}}
}

// Name is what the pane is called.
func (d *Diagnosis) Name() string { return "diagnosis" }

// Brief is its name where there is little room.
func (d *Diagnosis) Brief() string { return "diagnosis" }

// Abbreviation is its name where there is hardly any room.
func (d *Diagnosis) Abbreviation() string { return "diag" }

// There says whether any run has been looked at.
func (d *Diagnosis) There() bool {
	for i := range d.Snap.Runs {
		if d.Snap.Runs[i].Diagnosis != nil {
			return true
		}
	}
	return false
}

// Rows is the height for which the pane has a use.
func (d *Diagnosis) Rows() int {
	if !d.There() {
		return 0
	}
	return rowsOfUse
}

// Follow has nothing to do: the pane remembers nothing.
func (d *Diagnosis) Follow() {}

// Settle has nothing to do either.
func (d *Diagnosis) Settle(pane.Place, bool) {}

// Keys is the line that the pane adds to the key table.
func (d *Diagnosis) Keys() []pane.Binding {
	return []pane.Binding{d.seat.Key(d, 60, "focus the diagnosis of the selected run: what theory says of it", "no run has been looked at yet")}
}

// Draw fills the place with what theory says of the selected run, and what may
// help.
func (d *Diagnosis) Draw(q pane.Place) []string {
	w, h := q.Inner()
	r := d.Run()
	if one := d.Advised(); d.Whole && one != nil { // whose advice stands under the standings
		r = one
	}
	b := draw.Box{Title: "diagnosis", Focused: q.Focused}
	if q.Number > 0 {
		b.Title = strconv.Itoa(q.Number) + " diagnosis"
	}
	if r != nil {
		b.Title += " of " + d.called(r)
	}
	var lines []string
	switch {
	case r == nil:
		lines = draw.Middle(d.Theme.Dim.Paint(strings.TrimSpace(d.None())), w, h)
	case r.Diagnosis == nil:
		lines = draw.Middle(d.Theme.Dim.Paint(whyNone(r)), w, h)
	default:
		b.Beside, b.Right = d.age(r), probesText(r.Diagnosis)
		if !q.Boxed {
			lines = append(lines, d.title(b, w))
		}
		lines = append(lines, d.lines(r, w, h-len(lines))...)
	}
	if s := draw.Join(q.Others, b.Beside); ansi.StringWidth(b.Title+s)+9 <= q.W {
		b.Beside = s
	}
	return q.Fill(d.Theme, b, lines)
}

// called is the run's name; of a group it is one that stands for all.
func (d *Diagnosis) called(r *view.Run) string {
	if d.Runs.Whole {
		return runs.Label(r) + ", one of " + strconv.Itoa(len(d.Group()))
	}
	return runs.Label(r)
}

func whyNone(r *view.Run) string {
	if r.State.Ended() {
		return "it ended before it was looked at"
	}
	return "not looked at yet"
}

// title is what the frame says, where there is none.
func (d *Diagnosis) title(b draw.Box, w int) string {
	l := draw.NewLine(w)
	l.Gap(1).Put(d.Theme.Strong, draw.Short(b.Title, w-2))
	if n := ansi.StringWidth(b.Beside); n > 0 && l.At()+n+3 <= w {
		l.Gap(2).Put(d.Theme.Dim, b.Beside)
	}
	return l.String()
}

// lastLook is how long ago a run that goes on may have been looked at without
// anybody saying so.
const lastLook = 10 * time.Second

// age says what the numbers are of, if it is not the run as it now is.
func (d *Diagnosis) age(r *view.Run) string {
	since := d.Snap.Elapsed - time.Duration(r.Diagnosis.Elapsed*float64(time.Second))
	switch {
	case r.State == view.Diverged && r.Federation == nil:
		return "of where it began"
	case r.State.Ended():
		return d.asOf(r)
	case r.State == view.Paused && since >= time.Second:
		return "paused; " + draw.Age(since) + " old"
	case r.State == view.Paused:
		return "paused"
	case since >= lastLook:
		return draw.Age(since) + " old"
	}
	return ""
}

// asOf says how far before its end a run was looked at last. What counts as its
// end is what is written as the same number: "1.5M of 1.5M" would say nothing.
func (d *Diagnosis) asOf(r *view.Run) string {
	end := r.Place(d.Snap.Axis(d.Snap.Pace))
	looked, ended := draw.SI(float64(r.Diagnosis.Evals)), draw.SI(end)
	if looked == ended || !draw.Known(end) {
		return "ended; as of its end"
	}
	return "ended; as of " + looked + " of " + ended + " evals"
}

// probesText is of how many looks the numbers are means.
func probesText(v *view.Diagnosis) string {
	if v.Probes == 1 {
		return "1 look"
	}
	text := draw.Grouped(int64(v.Probes)) + " looks"
	if v.Rows > 0 {
		text = "means along the last of " + text + " at " + draw.Grouped(int64(v.Rows)) + " examples"
	}
	return text
}
