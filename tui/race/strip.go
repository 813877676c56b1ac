package race

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// tabs names the panes where only one is shown.
func (q *Race) tabs(w int) string {
	var line *draw.Line
	q.eachTab(w, func(l *draw.Line, _ int, put func()) {
		line = l
		put()
	})
	return line.String()
}

// eachTab goes through the tabs of the panes that are there; put puts one into the
// line.
func (q *Race) eachTab(w int, do func(l *draw.Line, p int, put func())) {
	t := q.Theme
	l := draw.NewLine(w)
	names := q.tabNames(w)
	for p := range q.panes {
		if !q.panes[p].There() {
			continue
		}
		k := t.Dim
		if p == q.Focus {
			k = t.Chosen
		}
		label := strconv.Itoa(p + 1)
		if names[p] != "" {
			label += " " + names[p]
		}
		switch {
		case t.Chosen.On == "" && p == q.Focus:
			label = "[" + label + "]"
		case p == q.Focus:
			label = " " + label + " "
		case l.At() > 0:
			l.Gap(1)
			label += " "
		default:
			label = " " + label + " "
		}
		do(l, p, func() { l.Put(k, label) })
	}
}

// tabNames are as long as there is room for. Where there is little, the longest are
// cut first, and that of the focused pane last; where there is hardly any, that alone
// has one.
func (q *Race) tabNames(w int) []string {
	names, there := make([]string, len(q.panes)), 0
	for p := range names {
		names[p] = q.panes[p].Name()
		if q.panes[p].There() {
			there++
		}
	}
	room := w - 4*there
	if q.longer(names, room) {
		for p := range names {
			names[p] = q.panes[p].Brief()
		}
	}
	const longName, leastName = 12, 3
	for _, focused := range []bool{false, true} {
		for most := longName; most >= leastName && q.longer(names, room); most-- {
			for p := range names {
				if (p == q.Focus) == focused {
					names[p] = strings.TrimSpace(ansi.Truncate(names[p], most, ""))
				}
			}
		}
	}
	if q.longer(names, room) {
		names[q.Focus] = q.panes[q.Focus].Brief()
		for p := range names {
			if p != q.Focus {
				names[p] = ""
			}
		}
	}
	return names
}

// longer says whether the names of the panes that are there take more columns.
func (q *Race) longer(names []string, room int) bool {
	for p, s := range names {
		if q.panes[p].There() {
			room -= ansi.StringWidth(s)
		}
	}
	return room < 0
}

// brief is the selected run in a line: at the value cursor if it is on.
func (q *Race) brief(w int) string {
	t := q.Theme
	l := draw.NewLine(w)
	if q.Run() == nil {
		return l.Put(t.Dim, q.None()).String()
	}
	e := q.Entry()
	row := q.standing(e)
	glyph, word, k := q.StateOfEntry(e)
	b := q.Brush(row.run)
	if q.values {
		glyph, k = "┊", t.Focus
	}
	states := []string{glyph + " " + word, glyph}
	if q.values {
		states = []string{"┊ " + q.cursorText(), "┊ " + q.cursorValue(), "┊"}
	}
	name := draw.Clean(row.run.Name)
	pieces := []draw.Piece{
		{Ink: t.Strong, Texts: []string{strings.TrimSpace(e.Name()), name, draw.Short(name, 12)}},
		{Ink: k, Texts: states, Turn: 2},
	}
	first := ""
	for i, m := range q.Headline() {
		text := draw.Unknown
		if len(row.seen) > 0 {
			text = runs.Value(m, row.value(m.Key))
		}
		if i == 0 {
			first = text
		}
		pieces = append(pieces, draw.Piece{Ink: t.Text, Texts: []string{text}, Turn: 2*i + 1})
	}
	if all := row.run.Settings; len(all) > 0 {
		pieces = append(pieces, draw.Piece{Ink: t.Dim, Texts: []string{draw.Clean(all[0].Name) + " " + draw.Number(all[0].Value, 3)}, Turn: 4})
	}
	// What is said of a state is less than its sign and the metric beside it.
	pieces[0].Texts = []string{draw.FirstFit(pieces[0].Texts, w-l.At()-6-ansi.StringWidth(glyph+first)-4)}
	l.Put(t.Strong, " ▸").Gap(1).Put(b.Ink, b.Flat+b.Flat).Gap(1)
	for i, p := range draw.Pieces(pieces, w-l.At(), 2) {
		if i > 0 {
			l.Gap(2)
		}
		l.Put(p.Ink, p.Texts[0])
	}
	return l.String()
}
