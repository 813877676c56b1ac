package chart

import (
	"io"
	"slices"
	"strings"
	"testing"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// referred is a chart with a curve that falls from the top left to the bottom right, and
// a reference in a row from the bottom.
func referred(style draw.Plot, cols, rows, at int) *Plot {
	c := New(cols, rows)
	c.Style, c.X, c.Y = style, axis.Scale{Hi: 1}, axis.Scale{Hi: float64(rows - 1)}
	_, up := style.Dots()
	curve := make([]float64, c.DotCols())
	for i := range curve {
		curve[i] = float64(rows*up-1) * (1 - float64(i)/float64(len(curve)-1))
	}
	c.Strokes = []Stroke{{Rows: curve, Style: boxes, Name: "sgd"}}
	c.Reference, c.Referred = float64(at), []string{"optimum 0.3403", "optimum"}
	return c
}

// boxes is the first line style.
var boxes = draw.NewTheme(io.Discard, false, true).Styles[0]

// The reference says what it is on its line, on the left, in every style; where the
// curve leaves no room for all of it, in fewer words, and else not at all.
func TestReferenceIsNamed(t *testing.T) {
	for _, style := range []draw.Plot{draw.Lines, draw.Braille, draw.Blocks} {
		theme := draw.NewTheme(io.Discard, false, true)
		c := referred(style, 60, 12, 2)
		lines := c.Draw(theme)
		if row := lines[12-1-2]; !strings.Contains(row, "│┈optimum 0.3403┈") && !strings.Contains(row, "┈optimum 0.3403┈") {
			t.Errorf("style %v: no name in %q", style, row)
		}
		if !c.NamesReference() || strings.Count(strings.Join(lines, "\n"), "optimum") != 1 {
			t.Errorf("style %v: named %t in\n%s", style, c.NamesReference(), strings.Join(lines, "\n"))
		}
		short := referred(style, 14, 12, 3)
		if text := strings.Join(short.Draw(theme), "\n"); strings.Contains(text, "0.3403") || !strings.Contains(text, "optimum") {
			t.Errorf("style %v: in 14 columns\n%s", style, text)
		}
		none := referred(style, 7, 12, 3)
		if text := strings.Join(none.Draw(theme), "\n"); strings.Contains(text, "opt") || none.NamesReference() {
			t.Errorf("style %v: in 7 columns\n%s", style, text)
		}
		off := referred(style, 60, 12, 99)
		if text := strings.Join(off.Draw(theme), "\n"); strings.Contains(text, "opt") || off.NamesReference() {
			t.Errorf("style %v: a reference off the scale is named in\n%s", style, text)
		}
	}
}

// Where a curve lies on the reference, what that is stands in the row beside it only if
// no curve is next to it there, which it would seem to name.
func TestReferenceNamesNoCurve(t *testing.T) {
	level := func(row float64, to int) Stroke {
		at := slices.Repeat([]float64{nan}, 60)
		for i := range to {
			at[i] = row
		}
		return Stroke{Rows: at, Style: boxes}
	}
	on := level(6, 60)
	for _, test := range []struct {
		strokes []Stroke
		row     int // of the name, from the bottom; 0 for none
	}{
		{[]Stroke{on}, 7},
		{[]Stroke{on, level(7, 4)}, 5},
		{[]Stroke{on, level(8, 60)}, 5},
		{[]Stroke{on, level(8, 60), level(5, 4)}, 0},
		{[]Stroke{on, level(8, 60), level(4, 60)}, 0},
		{[]Stroke{level(6, 9), level(8, 60), level(4, 60)}, 6},
	} {
		c := referred(draw.Lines, 60, 12, 6)
		c.Strokes = test.strokes
		row := 0
		for y, s := range c.Draw(draw.NewTheme(io.Discard, false, true)) {
			if strings.Contains(s, "optimum") {
				row = 11 - y
			}
		}
		if row != test.row || c.NamesReference() != (row > 0) {
			t.Errorf("the name is in row %d, want %d, of\n%s", row, test.row, strings.Join(plotted(c), "\n"))
		}
	}
}
