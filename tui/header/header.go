// Package header is the first row of the screen of runs: what is trained on what, who
// looks, how the runs stand, and the time.
package header

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/playback"
	"optwatch/tui/runs"
)

// title is what the header begins with, where there is room.
const title = "optwatch"

// Header draws the row.
type Header struct {
	*runs.Runs
	Player playback.Player
}

// Draw says what is trained on what, who looks, and how the runs stand.
func (q Header) Draw(w int) string {
	right, l := draw.NewLine(w), draw.NewLine(w)
	for i, p := range q.fitting(w) {
		if i > 0 {
			right.Gap(2)
		}
		right.Put(p.Ink, p.Texts[0])
	}
	right.Gap(1)
	if 1+len(title)+2+right.At() <= w {
		l.Gap(1).Put(q.Theme.Strong, title)
	}
	q.putSubject(l, w-l.At()-right.At()-4)
	l.Tab(w - right.At())
	return l.Text() + draw.Fit(right.Text(), w-l.At())
}

// fitting are the pieces at the right end that there is room for. Who looks and
// how a recording is played are said at length only where what is trained has
// room beside them; in any case they leave room for the title.
func (q Header) fitting(w int) []draw.Piece {
	people, clocks := q.people(), []string{draw.Clock(q.Snap.Elapsed)}
	if q.Player.There() {
		clocks = q.Player.Clock()
	}
	if len(people) == 0 && len(clocks) == 1 && !q.ReadOnly() {
		return draw.Pieces(q.tally("", clocks[0]), w-2, 2)
	}
	w -= 2 + 1 + len(title) + 2
	subjects := q.subjects()
	beside := subjects[min(2, len(subjects)-1)]
	for len(people) > 1 || len(clocks) > 1 {
		all := q.tally(first(people), clocks[0])
		if fit := draw.Pieces(all, w-2-ansi.StringWidth(beside), 2); len(fit) == len(all) {
			return fit
		}
		people, clocks, beside = shorter(people), shorter(clocks), subjects[len(subjects)-1]
	}
	return draw.Pieces(q.tally(first(people), clocks[0]), w, 2)
}

// shorter leaves out the first of some texts, but not the last.
func shorter(texts []string) []string { return texts[min(1, max(0, len(texts)-1)):] }

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

// tally is how many runs are in which state, who looks and what time it is, in
// that order.
func (q Header) tally(people, clock string) []draw.Piece {
	t := q.Theme
	var pieces []draw.Piece
	for _, c := range runs.Counts(q.All()) {
		if c.N > 0 {
			pieces = append(pieces, draw.Piece{Ink: t.Text, Texts: []string{c.Glyph + " " + strconv.Itoa(c.N)}, Turn: len(pieces) + 1})
		}
	}
	if people != "" {
		pieces = append(pieces, draw.Piece{Ink: t.Dim, Texts: []string{people}, Turn: 2})
	}
	if q.ReadOnly() {
		pieces = append(pieces, draw.Piece{Ink: t.Strong, Texts: []string{"read-only"}})
	}
	ink := t.Text
	if q.Player.There() {
		ink = t.Focus
	}
	return append(pieces, draw.Piece{Ink: ink, Texts: []string{clock}})
}

// putSubject puts what is trained, and beside it the name that it is recorded
// under where that takes nothing from the subject that must be known.
func (q Header) putSubject(l *draw.Line, room int) {
	if room <= 3 {
		return
	}
	subjects, record := q.subjects(), draw.Short(draw.Clean(q.Snap.Record.Name), 20)
	if q.Snap.Record.Inexact {
		record += " (inexact)"
	}
	enough := ansi.StringWidth(subjects[min(2, len(subjects)-1)])
	if n := ansi.StringWidth(record) + 2; record != "" && enough+n <= room {
		l.Gap(2).Put(q.Theme.Text, draw.FirstFit(subjects, room-n))
		l.Gap(2).Put(q.Theme.Dim, record)
		return
	}
	l.Gap(2).Put(q.Theme.Text, draw.FirstFit(subjects, room))
}

// subjects describe what is trained, the most detailed first.
func (q Header) subjects() []string {
	d := q.Snap.Subject
	if d.Name == "" {
		return []string{""}
	}
	name := draw.Clean(d.Name)
	full := name
	if d.Synthetic {
		name, full = name+" (synthetic)", full+" (synthetic)"
	}
	if d.Train > 0 {
		full += " " + draw.Grouped(int64(d.Train))
		if d.Val > 0 {
			full += " + " + draw.Grouped(int64(d.Val))
		}
	}
	constant, short := draw.Clean(d.Constant), draw.Clean(d.Short)
	if q.Theme.ASCII {
		constant = strings.ReplaceAll(constant, "λ", "l2")
	}
	title := draw.Clean(d.Title)
	if title == "" {
		title = short
	}
	return []string{draw.Join(full, title, constant), draw.Join(full, title), draw.Join(name, title), draw.Join(name, short), name}
}
