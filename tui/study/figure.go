package study

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// figureCache is a figure as it was drawn last. Figures never change, so that
// the picture follows from where they are kept.
type figureCache struct {
	key   figureKey
	lines []string
}

type figureKey struct {
	of           *study.Figure
	place        pane.Place
	number, all  int
	flipped, lit bool
	scheme       string
}

// drawFigure draws a figure in its place.
func (f *figures) drawFigure(k figureKey) []string {
	t, fig := f.Theme, *k.of
	fig.Y.Log = fig.Y.Log != k.flipped
	w, h := k.place.Inner()
	b := figureBox(&fig, k)
	legend := legendOf(t, &fig, w, max(1, h/6))
	if !k.place.Boxed {
		body := append([]string{figureHead(t, &fig, b.Title, w)}, f.body(&fig, legend, w, h-1)...)
		return draw.Block(body, k.place.W, k.place.H)
	}
	if len(legend) == 1 && ansi.StringWidth(legend[0]+b.Right)+10 <= k.place.W {
		b.Left, legend = legend[0], nil
	}
	return b.Draw(t, f.body(&fig, legend, w, h), k.place.W, k.place.H)
}

// borders is what a label on a border leaves for the border.
const borders = 10

// figureBox is the border, which has the labels of the axes.
func figureBox(f *study.Figure, k figureKey) draw.Box {
	b := draw.Box{Title: draw.Clean(f.Title), Beside: "↑ " + draw.Clean(f.Y.Label), Right: draw.Short(draw.Clean(f.X.Label), k.place.W-borders) + " →", Focused: k.lit}
	if k.all > 1 {
		b.Title = strconv.Itoa(k.number) + "/" + strconv.Itoa(k.all) + " " + b.Title
	}
	if room := k.place.W - ansi.StringWidth(b.Title) - borders; room > borders { // of a long one some is better than none
		b.Beside = draw.Short(b.Beside, room)
	}
	if k.flipped {
		b.Beside = draw.Join(b.Beside, map[bool]string{true: "log", false: "linear"}[f.Y.Log])
	}
	return b
}

// figureHead stands over a figure without a border.
func figureHead(t *draw.Theme, f *study.Figure, title string, w int) string {
	l := draw.NewLine(w)
	l.Gap(1).Put(t.Strong, draw.Short(title, w-2)).Gap(2)
	return l.Put(t.Dim, draw.Short("↑ "+draw.Clean(f.Y.Label)+"  → "+draw.Clean(f.X.Label), w-l.At()-1)).String()
}

// body is the chart of a figure with a legend below, in w×h cells.
func (f *figures) body(fig *study.Figure, legend []string, w, h int) []string {
	h -= len(legend)
	cols, rows := chart.Room(w, h)
	if cols < 4 || rows < 2 {
		return nil
	}
	if c := chartOf(f.Theme, fig, f.Style(), cols, rows); c != nil {
		return append(c.Draw(f.Theme), legend...)
	}
	return append(draw.Block(draw.Middle(f.Theme.Dim.Paint(f.orYet("no point")), w, h), w, h), legend...)
}
