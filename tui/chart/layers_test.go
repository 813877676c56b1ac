package chart

import (
	"io"
	"slices"
	"strings"
	"testing"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// dotted is a plot of a few cells in a style, on axes that count dots.
func dotted(style draw.Plot, cols, rows int) *Plot {
	c := New(cols, rows)
	across, up := style.Dots()
	c.Style, c.Shade = style, '░'
	c.X = axis.Scale{Hi: float64(across*cols - 1)}
	c.Y = axis.Scale{Hi: float64(up*rows - 1)}
	return c
}

func plotted(c *Plot) []string {
	var rows []string
	for _, s := range c.Draw(draw.NewTheme(io.Discard, false, true))[:c.Rows] {
		rows = append(rows, s[LabelWidth:])
	}
	return rows
}

// The dots of a character are numbered as in Unicode's chart of U+2800: 1, 2, 3, 7 down
// the left and 4, 5, 6, 8 down the right, a bit each from the lowest on.
func TestBrailleIsThatOfUnicode(t *testing.T) {
	solid := draw.LineStyle{Flat: "─"}
	for _, test := range []struct {
		style draw.Plot
		rows  []float64
		want  string
	}{
		{draw.Braille, []float64{0, 1, 2, 3}, "│⡠⠊"}, // dots 7, 6 and 2, 4
		{draw.Braille, []float64{3, 3, 0, 0}, "│⠹⣄"}, // half of the way down in either column
		{draw.Braille, []float64{nan, 0, nan, nan}, "│⢀ "},
		{draw.Blocks, []float64{0, 0, 1, 1}, "│▄▀"},
		{draw.Blocks, []float64{0, 1, 0, nan}, "│▞▖"},
	} {
		c := dotted(test.style, 2, 1)
		c.Strokes = []Stroke{{Rows: test.rows, Style: solid}}
		if got := plotted(c)[0]; got != test.want {
			t.Errorf("%s of %v: %q, want %q", test.style, test.rows, got, test.want)
		}
	}
}

// Points come to the dots that lie nearest to them: the middle of a cell is between
// two columns and rows of dots.
func TestDotsLieAtTheirPlaces(t *testing.T) {
	c := New(10, 5)
	c.Style, c.X, c.Y = draw.Braille, axis.Scale{Hi: 9}, axis.Scale{Hi: 4}
	at := c.Columns([]float64{0, 9}, []float64{0, 4})
	if len(at) != 20 || at[1] != 0 || at[19] != 4 {
		t.Fatalf("in columns of dots: %v", at)
	}
	c.ToRows(at)
	for dot := 1; dot < 19; dot++ { // a straight line from the middle of the first cell to that of the last
		want := 4*(4./9*((float64(dot)-0.5)/2)) + 1.5
		if got := at[dot]; got < want-0.51 || got > want+0.51 {
			t.Errorf("dot %d is in row %g, want about %g", dot, got, want)
		}
	}
}

// Where curves lie in the same cells each is seen, the uppermost every second time; a
// faint one never shows through.
func TestOverlappingCurvesTakeTurns(t *testing.T) {
	styles := draw.NewTheme(io.Discard, false, true).Styles
	for _, style := range []draw.Plot{draw.Lines, draw.Braille, draw.Blocks} {
		c := dotted(style, 49, 3)
		for i := range 4 {
			level := make([]float64, c.DotCols())
			for j := range level {
				level[j] = 1
			}
			c.Strokes = append(c.Strokes, Stroke{Rows: level, Style: styles[i], Colour: uint8(30 + i), Under: i == 0})
		}
		g := c.drawCurves(false)
		var seen [256]int
		for x := 1; x < g.w; x++ {
			for y := range g.h {
				seen[g.at(x, y).colour]++
			}
		}
		if seen[33] < 20 || seen[32] < 8 || seen[31] < 8 || seen[30] > 0 {
			t.Errorf("%s: columns %d of the uppermost, %d and %d of those under it, %d of a faint one", style, seen[33], seen[32], seen[31], seen[30])
		}
	}
}

// Names stand at the right edge in the row of the end, or beside that row, and never
// over a curve.
func TestCurvesAreNamedAtTheirEnds(t *testing.T) {
	styles := draw.NewTheme(io.Discard, false, true).Styles
	c := dotted(draw.Lines, 12, 3)
	c.Strokes = []Stroke{
		{Rows: []float64{0, 0, 0, 0, nan, nan, nan, nan, nan, nan, nan, nan}, Style: styles[0], Name: "sgd"},
		{Rows: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, Style: styles[2], Name: "adam"},
		{Rows: []float64{nan, nan, nan, nan, nan, nan, 1, 1, 1, 1, 1, 1}, Style: styles[0], Name: "no room"},
	}
	want := []string{
		"│     no room",
		"┼══════──════",
		"┼────     sgd",
	}
	if got := plotted(c); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Names are in the order of the ends: none stands where another curve ends, and the lower
// of two that end side by side is named below, of two in one row as well.
func TestNamesAreInTheOrderOfTheEnds(t *testing.T) {
	solid := draw.NewTheme(io.Discard, false, true).Styles[0]
	adam := Stroke{Rows: append(slices.Repeat([]float64{2}, 8), nan, nan, nan, nan), Style: solid, Name: "adam"}
	sgd := Stroke{Rows: slices.Repeat([]float64{1}, 12), Style: solid, Name: "sgd"}
	for _, strokes := range [][]Stroke{{adam, sgd}, {sgd, adam}} { // whichever is drawn last
		c := dotted(draw.Lines, 12, 4)
		c.Strokes = strokes
		want := []string{
			"│        adam",
			"┼────────    ",
			"┼────────────",
			"│         sgd",
		}
		if got := plotted(c); !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// Where the curve itself takes the row beside its end, the next one has the name.
func TestNamesAreTwoRowsFromTheEndAtMost(t *testing.T) {
	solid := draw.NewTheme(io.Discard, false, true).Styles[0]
	c := dotted(draw.Lines, 12, 5)
	c.Strokes = []Stroke{
		{Rows: slices.Repeat([]float64{3}, 12), Style: solid, Name: "adam"},
		{Rows: append(slices.Repeat([]float64{2}, 11), 2.9), Style: solid, Name: "sgd"},
	}
	want := []string{
		"│        adam",
		"┼───────────╭",
		"┼───────────╯",
		"│         sgd",
		"│            ",
	}
	if got := plotted(c); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Names in scripts whose characters take two columns, or two runes, take what they need.
func TestNamesAreMeasuredInColumns(t *testing.T) {
	c := dotted(draw.Lines, 12, 3)
	solid := draw.NewTheme(io.Discard, false, true).Styles[0]
	c.Strokes = []Stroke{
		{Rows: []float64{0, 0, 0, 0, nan, nan, nan, nan, nan, nan, nan, nan}, Style: solid, Name: "模型"},
		{Rows: []float64{2, 2, 2, 2, nan, nan, nan, nan, nan, nan, nan, nan}, Style: solid, Name: "e\u0301te\u0301"},
	}
	c.Rules = []Rule{{Name: "床", At: 1}}
	want := []string{
		"┼────     e\u0301te\u0301",
		"│┈┈┈┈┈┈┈┈┈床┈",
		"┼────    模型",
	}
	if got := plotted(c); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A mark lies on its curve whatever that is drawn with, and so does a sign off the scale.
func TestMarksLieOnDots(t *testing.T) {
	c := dotted(draw.Braille, 6, 2)
	rows := []float64{0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 99, 99}
	off := c.Line(Stroke{Rows: rows, Style: draw.LineStyle{Flat: "─"}}, 1)
	c.Marks = []Mark{{Col: 4, On: rows, Off: off, Glyph: '◆'}}
	got := plotted(c)
	if !strings.HasSuffix(got[0], "◆▴") || strings.ContainsAny(got[1], "◆▴") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// A curve that stands out does so in all of its cells, however it is drawn: level, in
// steps, dotted.
func TestBoldCurvesAreBoldThroughout(t *testing.T) {
	theme := draw.NewTheme(io.Discard, false, true)
	for i, line := range append(theme.Styles, theme.Member, Dotted) {
		for _, style := range []draw.Plot{draw.Lines, draw.Braille, draw.Blocks} {
			for _, mono := range []bool{false, true} {
				c := dotted(style, 40, 12)
				_, up := style.Dots()
				stairs, other := make([]float64, c.DotCols()), make([]float64, c.DotCols())
				for j := range stairs {
					stairs[j], other[j] = float64(up*2*(j*5/len(stairs))), float64(up*11)
				}
				c.Strokes = []Stroke{{Rows: other, Style: theme.Styles[0], Colour: 34}, {Rows: stairs, Style: line, Colour: 33, Bold: true}}
				g := c.drawCurves(mono)
				for x := 1; x < g.w; x++ {
					for y := 1; y < g.h; y++ { // below the other
						if k := g.at(x, y); k.r != ' ' && !k.bold {
							t.Fatalf("style %d in %s, mono %t: %q in column %d, row %d is not bold", i, style, mono, k.r, x, y)
						}
					}
				}
			}
		}
	}
}
