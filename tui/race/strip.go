package race

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/runs"
	"optwatch/tui/tabs"
)

// tabs are those of the panes, where only one is shown.
func (q *Race) tabs() tabs.Bar { return tabs.Bar{Theme: q.Theme, Panes: q.panes, Focus: q.Focus} }

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
	if all := q.Entries(); len(all) > 1 {
		pieces = append(pieces, draw.Piece{Ink: t.Dim, Texts: []string{fmt.Sprintf("%d/%d", slices.IndexFunc(all, q.Chosen)+1, len(all))}, Turn: 3})
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
