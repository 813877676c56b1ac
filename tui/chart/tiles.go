package chart

import (
	"math"

	"optwatch/tui/draw"
)

// The least size of one of many small charts.
const leastTileW, leastTileH = 26, 7

// Tiles is how many of n small charts stand side by side in w×h cells, and in how many
// rows; there may be room for fewer than all.
func Tiles(n, w, h int) (across, down int) {
	across = max(1, min(w/leastTileW, int(math.Ceil(math.Sqrt(float64(n*w)/float64(3*max(h, 1)))))))
	return across, min((n+across-1)/across, h/leastTileH)
}

// Tiled puts n small charts into w×h cells; tile draws the i-th in a size of its own.
func Tiled(n, across, down, w, h int, tile func(i, w, h int) []string) []string {
	var lines []string
	for y := range down {
		row := make([]string, (y+1)*h/down-y*h/down)
		for x := range across {
			wide := (x+1)*w/across - x*w/across
			var lines []string
			if i := y*across + x; i < n {
				lines = tile(i, wide, len(row))
			}
			for k, s := range draw.Block(lines, wide, len(row)) {
				row[k] += s
			}
		}
		lines = append(lines, row...)
	}
	return lines
}

// Levels is a curve of coordinates in a strip one row high: in eighths of it, as far as
// it is known.
func Levels(at []float64, log bool) []rune {
	low, high := Interesting(at, 0, log)
	out := make([]rune, len(at))
	for col := range out {
		out[col] = ' '
		if y := (at[col] - low) / (high - low); draw.Known(y) {
			out[col] = '▁' + rune(7.99*min(max(y, 0), 1)) // they follow each other up to the whole block
		}
	}
	return out
}
