package chart

import (
	"io"
	"slices"
	"strings"
	"testing"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// A value off the scale is never drawn as a value: not on the edge row, and
// not as the end of the line before it.
func TestOffScale(t *testing.T) {
	lineStyles := draw.NewTheme(io.Discard, false, true).Styles
	at := []float64{-9, -1, -1, 1, 1, 9, 1, 2, -9, 3, 3}
	c := &Plot{Cols: len(at), Rows: 4, X: axis.Scale{Lo: 0, Hi: 10}, Y: axis.Scale{Lo: 0, Hi: 3}, Reference: nan, Cursor: -1}
	off := toRows(at, c.Y, c.Rows, 1)
	c.Strokes = []Stroke{{Rows: at, Style: lineStyles[0], Colour: 33}}
	c.offs = []offScale{{off, 24}}
	var rows []string
	for _, s := range c.Draw(draw.NewTheme(io.Discard, true, true))[:4] {
		rows = append(rows, s[LabelWidth:])
	}
	want := []string{
		"│     ▴   ──",
		"│       ╭   ",
		"│   ── ─╯   ",
		"│▾▾▾     ▾  ",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	// A mark on a curve that is off the scale is at the edge over which it went.
	c.Marks = []Mark{{Col: 1, On: at, Off: off, Edge: 3, Glyph: '◆'}, {Col: 5, On: at, Off: off, Edge: 0, Glyph: '✗'}}
	lines := c.Draw(draw.NewTheme(io.Discard, false, false))
	if !strings.Contains(lines[3], "▾◆▾") || !strings.Contains(lines[0], "✗") {
		t.Errorf("marks:\n%s", strings.Join(lines, "\n"))
	}
}

// The strokes land in exactly the cells they were given.
func TestDrawStrokes(t *testing.T) {
	lineStyles := draw.NewTheme(io.Discard, false, true).Styles
	g := drawStrokes([]Stroke{
		{Rows: []float64{0, 0, 1, 2, 2, nan}, Style: lineStyles[0], Colour: 33},
		{Rows: []float64{nan, 2, 2, nan, nan, nan}, Style: lineStyles[2], Colour: 208},
	}, 6, 3, false)
	var rows []string
	for y := range g.h {
		var b strings.Builder
		for x := range g.w {
			b.WriteRune(g.at(x, y).r)
		}
		rows = append(rows, b.String())
	}
	want := []string{
		"┤ ══╭─ ",
		"┤  ╭╯  ",
		"┼──╯   ",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	if c := g.at(1, 2).colour; c != 33 {
		t.Errorf("the first stroke has colour %d", c)
	}
	if c := g.at(2, 0).colour; c != 208 {
		t.Errorf("the second stroke has colour %d", c)
	}
}

// The band is cut at the edges of the scale and lies under every line.
func TestDrawBands(t *testing.T) {
	c := &Plot{Cols: 6, Rows: 4, X: axis.Scale{Lo: 0, Hi: 5}, Y: axis.Scale{Lo: 0, Hi: 3}, Reference: nan, Cursor: 4, Shade: '░'}
	c.Bands = []Band{{[]float64{0, -5, 1, nan, 1, 2}, []float64{2, 1, 1, nan, 9, 2}, 24}}
	c.Strokes = []Stroke{{Rows: []float64{1, 1, 1, nan, 2, 2}, Style: draw.NewTheme(io.Discard, false, true).Styles[0], Colour: 33}}
	var rows []string
	for _, s := range c.Draw(draw.NewTheme(io.Discard, false, false))[:4] {
		rows = append(rows, s[LabelWidth:])
	}
	want := []string{
		"│    ┊ ",
		"│░   ──",
		"┼─── ┊ ",
		"│░░  ┊ ",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
}
