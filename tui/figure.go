package tui

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// figureCache is a figure as it was drawn last. Figures never change, so that
// the picture follows from where they are kept.
type figureCache struct {
	key   figureKey
	lines []string
}

type figureKey struct {
	of           *study.Figure
	place        placed
	number, all  int
	flipped, lit bool
}

// drawFigures draws as many figures side by side as fit, the chosen one among
// them: exactly as large as their place.
func (m *model) drawFigures(q placed) []string {
	d := m.desk
	all := d.study().Figures
	if len(all) == 0 {
		none := m.orYet("no figure")
		why := draw.FirstFit([]string{draw.Join(none, draw.Clean(d.study().Doing)), none}, max(q.w-4, 1))
		w, h := q.inner()
		body := draw.Middle(m.theme.Dim.Paint(why), w, h)
		if !q.boxed {
			return draw.Block(body, q.w, q.h)
		}
		return draw.Box{Title: "figure"}.Draw(m.theme, body, q.w, q.h)
	}
	n := d.plan.across(len(all))
	from := max(0, min(d.figure, len(all)-n))
	out := make([]string, q.h)
	for k := range n {
		place := q
		place.x, place.w = q.w*k/n, q.w*(k+1)/n-q.w*k/n
		i := from + k
		key := figureKey{&all[i], place, i + 1, len(all), d.flipped[figureID{d.selected, all[i].Name}], n > 1 && i == d.figure}
		if c := &d.drawn[k]; c.key != key || c.lines == nil {
			*c = figureCache{key, m.drawFigure(key)}
		}
		for y, s := range d.drawn[k].lines {
			out[y] += s
		}
	}
	return out
}

// drawFigure draws a figure in its place.
func (m *model) drawFigure(k figureKey) []string {
	f := *k.of
	f.Y.Log = f.Y.Log != k.flipped
	w, h := k.place.inner()
	b := figureBox(&f, k)
	legend := m.figureLegend(&f, w, max(1, h/6))
	if !k.place.boxed {
		body := append([]string{m.figureHead(&f, b.Title, w)}, m.figureBody(&f, legend, w, h-1)...)
		return draw.Block(body, k.place.w, k.place.h)
	}
	if len(legend) == 1 && ansi.StringWidth(legend[0]+b.Right)+10 <= k.place.w {
		b.Left, legend = legend[0], nil
	}
	return b.Draw(m.theme, m.figureBody(&f, legend, w, h), k.place.w, k.place.h)
}

// figureBox is the border, which has the labels of the axes.
func figureBox(f *study.Figure, k figureKey) draw.Box {
	b := draw.Box{Title: draw.Clean(f.Title), Beside: "↑ " + draw.Clean(f.Y.Label), Right: draw.Short(draw.Clean(f.X.Label), k.place.w/2) + " →", Focused: k.lit}
	if k.all > 1 {
		b.Title = strconv.Itoa(k.number) + "/" + strconv.Itoa(k.all) + " " + b.Title
	}
	if k.flipped {
		b.Beside = draw.Join(b.Beside, map[bool]string{true: "log", false: "linear"}[f.Y.Log])
	}
	return b
}

// figureHead stands over a figure without a border.
func (m *model) figureHead(f *study.Figure, title string, w int) string {
	l := draw.NewLine(w)
	l.Gap(1).Put(m.theme.Strong, draw.Short(title, w-2)).Gap(2)
	return l.Put(m.theme.Dim, draw.Short("↑ "+draw.Clean(f.Y.Label)+"  → "+draw.Clean(f.X.Label), w-l.At()-1)).String()
}

// figureBody is the chart with a legend below, in w×h cells.
func (m *model) figureBody(f *study.Figure, legend []string, w, h int) []string {
	h -= len(legend)
	cols, rows := chart.Room(w, h)
	if cols < 4 || rows < 2 {
		return nil
	}
	if c := m.figureChart(f, cols, rows); c != nil {
		return append(c.Draw(m.theme), legend...)
	}
	return append(draw.Block(draw.Middle(m.theme.Dim.Paint(m.orYet("no point")), w, h), w, h), legend...)
}

// orYet says that something is not there, or not yet where it may come.
func (m *model) orYet(none string) string {
	if m.desk.study().State.Over() {
		return none
	}
	return none + " yet"
}
