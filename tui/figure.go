package tui

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
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
		why := firstThatFits([]string{joined(none, clean(d.study().Doing)), none}, max(q.w-4, 1))
		w, h := q.inner()
		body := middled(m.theme.dim.paint(why), w, h)
		if !q.boxed {
			return fitBlock(body, q.w, q.h)
		}
		return box{title: "figure"}.draw(m.theme, body, q.w, q.h)
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
		body := append([]string{m.figureHead(&f, b.title, w)}, m.figureBody(&f, legend, w, h-1)...)
		return fitBlock(body, k.place.w, k.place.h)
	}
	if len(legend) == 1 && ansi.StringWidth(legend[0]+b.right)+10 <= k.place.w {
		b.left, legend = legend[0], nil
	}
	return b.draw(m.theme, m.figureBody(&f, legend, w, h), k.place.w, k.place.h)
}

// figureBox is the border, which has the labels of the axes.
func figureBox(f *study.Figure, k figureKey) box {
	b := box{title: clean(f.Title), beside: "↑ " + clean(f.Y.Label), right: short(clean(f.X.Label), k.place.w/2) + " →", focused: k.lit}
	if k.all > 1 {
		b.title = strconv.Itoa(k.number) + "/" + strconv.Itoa(k.all) + " " + b.title
	}
	if k.flipped {
		b.beside = joined(b.beside, map[bool]string{true: "log", false: "linear"}[f.Y.Log])
	}
	return b
}

// figureHead stands over a figure without a border.
func (m *model) figureHead(f *study.Figure, title string, w int) string {
	l := newLine(w)
	l.gap(1).put(m.theme.strong, short(title, w-2)).gap(2)
	return l.put(m.theme.dim, short("↑ "+clean(f.Y.Label)+"  → "+clean(f.X.Label), w-l.at-1)).String()
}

// figureBody is the chart with a legend below, in w×h cells.
func (m *model) figureBody(f *study.Figure, legend []string, w, h int) []string {
	h -= len(legend)
	cols, rows := plotSize(w, h)
	if cols < 4 || rows < 2 {
		return nil
	}
	if c := m.figureChart(f, cols, rows); c != nil {
		return append(c.draw(m.theme), legend...)
	}
	return append(fitBlock(middled(m.theme.dim.paint(m.orYet("no point")), w, h), w, h), legend...)
}

// orYet says that something is not there, or not yet where it may come.
func (m *model) orYet(none string) string {
	if m.desk.study().State.Over() {
		return none
	}
	return none + " yet"
}
