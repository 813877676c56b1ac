package chart

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/guptarohit/asciigraph"

	"optwatch/tui/draw"
)

// This file is the only one that talks to asciigraph.

// drawStrokes lets asciigraph draw curves, the later over the earlier, into
// cols+1 columns of which the first is the axis. It is given whole rows and
// bounds, so that it has nothing to scale, and neither NaN alone nor an
// infinity.
//
// In column c it draws the way from value c to value c+1; with the first value
// twice, every column ends at its own. It would draw a line's end once more in
// the column after, where the line has no value, if that column were given as
// NaN: so each stretch between gaps is a series of its own that ends there.
func drawStrokes(strokes []Stroke, cols, rows int, mono bool) *grid {
	data := make([][]float64, 0, len(strokes)+1)
	sets := make([]asciigraph.CharSet, 0, len(strokes))
	colours := make([]asciigraph.AnsiColor, 0, len(strokes))
	for _, s := range strokes {
		for _, part := range stretches(s.Rows) {
			data = append(data, part)
			sets = append(sets, charSet(s.Style))
			colours = append(colours, asciigraph.AnsiColor(s.Colour))
		}
	}
	if len(data) == 0 {
		gap := make([]float64, cols+1)
		for i := range gap {
			gap[i] = math.NaN()
		}
		data = append(data, gap)
	}
	options := []asciigraph.Option{
		asciigraph.Height(rows - 1), asciigraph.LowerBound(0), asciigraph.UpperBound(float64(rows - 1)), asciigraph.Offset(1),
		asciigraph.YAxisValueFormatter(func(float64) string { return "" }), asciigraph.SeriesChars(sets...),
	}
	if !mono {
		options = append(options, asciigraph.SeriesColors(colours...), asciigraph.AxisColor(draw.ColourFaint))
	}
	return parse(asciigraph.PlotMany(data, options...), cols+1, rows)
}

// stretches are the parts of a curve between its gaps, each with NaN up to
// where it begins, nothing after its end, and the first column twice.
func stretches(rows []float64) [][]float64 {
	var out [][]float64
	for from := 0; from < len(rows); from++ {
		if math.IsNaN(rows[from]) {
			continue
		}
		end := from
		for end < len(rows) && !math.IsNaN(rows[end]) {
			end++
		}
		part := make([]float64, end+1)
		for c := range from + 1 {
			part[c] = math.NaN()
		}
		copy(part[from+1:], rows[from:end])
		if from == 0 {
			part[0] = rows[0]
		}
		out = append(out, part)
		from = end
	}
	return out
}

func charSet(s draw.LineStyle) asciigraph.CharSet {
	return asciigraph.CharSet{
		Horizontal: s.Flat, VerticalLine: s.Upright, ArcDownRight: s.DownRight, ArcDownLeft: s.DownLeft,
		ArcUpRight: s.UpRight, ArcUpLeft: s.UpLeft, EndCap: s.Cap, StartCap: s.Cap,
	}
}

// parse reads asciigraph's text back into cells, for marks and lines to be
// laid over it. Its colours are ESC[38;5;Nm and ESC[0m.
func parse(text string, w, h int) *grid {
	g := newGrid(w, h)
	y := 0
	for row := range strings.SplitSeq(text, "\n") {
		if y == h {
			break
		}
		parseRow(g, y, row)
		y++
	}
	return g
}

func parseRow(g *grid, y int, row string) {
	x, colour := 0, uint8(0)
	for row != "" && x < g.w {
		if code, rest, ok := sgr(row); ok {
			colour, row = code, rest
			continue
		}
		r, n := utf8.DecodeRuneInString(row)
		*g.at(x, y) = cell{r: r, colour: colour}
		row = row[n:]
		x++
	}
}

// sgr takes a colour off the front of a row.
func sgr(row string) (colour uint8, rest string, ok bool) {
	if row[0] != '\x1b' {
		return 0, row, false
	}
	code, rest, ok := strings.Cut(row[1:], "m")
	if !ok {
		return 0, row, false
	}
	n := 0
	for _, d := range strings.TrimPrefix(strings.TrimPrefix(code, "["), "38;5;") {
		n = 10*n + int(d-'0')
	}
	return uint8(n), rest, true
}
