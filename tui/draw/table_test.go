package draw

import (
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func sampleTable() *Table[int] {
	digits := func(n int) string { return strings.Repeat("7", n) }
	return &Table[int]{Lead: 2, Margin: 1, Columns: []Column[int]{
		{Name: "run", Width: 5, Left: true, Text: func(n int) string { return "r" + strconv.Itoa(n) }},
		{Name: "state", Width: 2, Gap: 1, Draw: func(l *Line, _ int, k Ink, _ int) { l.Put(k, "▶") }},
		{Name: "steps", Width: 6, Gap: 1, Drop: 3, Grow: 3, Text: digits},
		{Name: "loss", Width: 7, Gap: 2, Drop: 1, Grow: 3, Text: func(int) string { return Unknown }},
		{Name: "left", Width: 4, Gap: 1, Drop: 7, Text: digits},
	}}
}

// The columns that matter least go first, those that must stay never go.
func TestTableNarrows(t *testing.T) {
	for _, test := range []struct {
		w     int
		names string
		width int
	}{
		{40, "run state steps loss left", 32},
		{32, "run state steps loss left", 32},
		{31, "run state steps loss", 27},
		{26, "run state loss", 20},
		{19, "run state", 11},
		{3, "run state", 11},
	} {
		q := sampleTable()
		q.Narrow(test.w)
		var names []string
		for _, c := range q.Columns {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != test.names || q.Width() != test.width {
			t.Errorf("in %d: %q of %d columns, want %q of %d", test.w, got, q.Width(), test.names, test.width)
		}
	}
	var none Table[int]
	if none.Narrow(-1); none.Width() != 0 {
		t.Errorf("a table of nothing is %d wide", none.Width())
	}
}

// What is left over is shared, as far as it is pleasant.
func TestTableSpreads(t *testing.T) {
	for _, test := range []struct{ spare, steps, loss int }{{0, 6, 7}, {1, 6, 8}, {3, 7, 9}, {5, 8, 10}, {6, 9, 10}, {60, 9, 10}, {-4, 6, 7}} {
		q := sampleTable()
		q.Spread(test.spare)
		if steps, loss := q.Columns[2].Width, q.Columns[3].Width; steps != test.steps || loss != test.loss {
			t.Errorf("%d to spare: %d and %d, want %d and %d", test.spare, steps, loss, test.steps, test.loss)
		}
	}
}

// A number stands whole in its column, or is left out.
func TestTableRows(t *testing.T) {
	th := NewTheme(io.Discard, false, true)
	q := sampleTable()
	for _, test := range []struct{ got, want string }{
		{q.Heading(NewLine(q.Width()), th.Dim).String(), "  run       steps     loss left "},
		{q.Row(NewLine(q.Width()), th, 4, th.Text).String(), "  r4    ▶    7777        — 7777 "},
		{q.Row(NewLine(q.Width()), th, 5, th.Text).String(), "  r5    ▶   77777        —    … "},
		{q.Row(NewLine(q.Width()), th, 1234567, th.Text).String(), "  r…    ▶       …        —    … "},
	} {
		if test.got != test.want {
			t.Errorf("got\n%q, want\n%q", test.got, test.want)
		}
	}
	for w := range 40 { // a line that is too short is cut, never overrun
		if got := ansi.StringWidth(q.Row(NewLine(w), th, 3, th.Text).String()); got != w {
			t.Errorf("a row in %d columns has %d", w, got)
		}
	}
}

// The name of a column is a word: what does not fit is cut, whichever side it stands on.
func TestHeadingOfLongNames(t *testing.T) {
	q := &Table[int]{Columns: []Column[int]{
		{Name: "tokens_per_second", Width: 8}, {Name: "experiment", Width: 6, Gap: 1, Left: true}, {Name: "loss", Width: 6, Gap: 1},
	}}
	if got, want := q.Heading(NewLine(30), Ink{}).Text(), "tokens_… exper…   loss"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
