package study

import (
	"optwatch/train/study"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// figures are those of the selected study, as many side by side as fit.
type figures struct {
	*desk
	of      int // the study that at belongs to
	at      int // the chosen one
	seen    bool
	width   int               // of its place, if it is seen
	flipped map[figureID]bool // those whose y-axis has the other scale
	drawn   [mostFigures]figureCache
}

// figureID names a figure among those of all studies.
type figureID struct {
	study  int
	figure string
}

// Name is what the pane is called.
func (*figures) Name() string { return "figures" }

// Brief is the same.
func (*figures) Brief() string { return "figures" }

// There says that figures have a place also where none has come yet.
func (*figures) There() bool { return true }

// Rows has no opinion: figures take the larger part.
func (*figures) Rows() int { return 0 }

// Follow begins at the first figure of another study.
func (f *figures) Follow() {
	if f.of != f.selected {
		f.of, f.at = f.selected, 0
	}
	f.at = max(0, min(f.at, len(f.all())-1))
}

// Settle remembers whether there are figures that keys could be about.
func (f *figures) Settle(q pane.Place, seen bool) { f.seen, f.width = seen, q.W }

func (f *figures) all() []study.Figure { return f.study().Figures }

// Keys choose a figure and its scale.
func (f *figures) Keys() []pane.Binding {
	several := func() bool { return f.seen && len(f.all()) > 1 }
	return []pane.Binding{
		{In: Ground, Rank: 30, Keys: []string{"tab", "shift+tab"}, Ways: []pane.Way{pane.On("next-figure", "the next figure", "tab"), pane.On("previous-figure", "the figure before", "shift+tab")}, Show: "tab shift+tab", Foot: "figure", Doc: "the next or previous figure", When: several, Do: pane.Acts(f.move)},
		{In: Ground, Rank: 40, Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, Ways: []pane.Way{pane.On("figure-1", "figure 1", "1"), pane.On("figure-2", "figure 2", "2"), pane.On("figure-3", "figure 3", "3"), pane.On("figure-4", "figure 4", "4"), pane.On("figure-5", "figure 5", "5"), pane.On("figure-6", "figure 6", "6"), pane.On("figure-7", "figure 7", "7"), pane.On("figure-8", "figure 8", "8"), pane.On("figure-9", "figure 9", "9")}, Show: "1 … 9", Doc: "a figure by its number", When: several, Do: pane.Acts(f.digit)},
		{In: Ground, Rank: 70, Name: "log-y", Keys: []string{"y"}, Show: "y", Foot: "log y", Doc: "linear or logarithmic y-axis of the figure", When: f.canFlip, Do: pane.Does(f.flip)},
	}
}

func (f *figures) move(key string) {
	n, by := len(f.all()), 1
	if key == "shift+tab" {
		by = n - 1
	}
	f.at = (f.at + by) % n
}

func (f *figures) digit(key string) {
	if i := int(key[0] - '1'); i < len(f.all()) {
		f.at = i
	}
}

// canFlip says whether the figure has anything to show on the other scale.
func (f *figures) canFlip() bool {
	if !f.seen || f.at >= len(f.all()) {
		return false
	}
	chosen := &f.all()[f.at]
	_, y := chosen.Spans()
	return chosen.Y.Log || !y.Empty() && y.Lo > 0
}

func (f *figures) flip() {
	id := figureID{f.selected, f.all()[f.at].Name}
	f.flipped[id] = !f.flipped[id]
}

// across is how many figures are seen at once in a place of w columns.
func (f *figures) across(w int) int {
	if f.single {
		return 1
	}
	return max(1, min(len(f.all()), w/figureWidth, mostFigures))
}

// window is which figures are seen in a place of w columns: the chosen one among
// as many as fit.
func (f *figures) window(w int) (from, n int) {
	n = f.across(w)
	return f.first(n), n
}

// Draw draws as many figures side by side as fit, the chosen one among them.
func (f *figures) Draw(q pane.Place) []string {
	all := f.all()
	if len(all) == 0 {
		return f.drawNone(q)
	}
	from, n := f.window(q.W)
	out := make([]string, q.H)
	for k := range n {
		place := q
		place.X, place.W = q.W*k/n, q.W*(k+1)/n-q.W*k/n
		i := from + k
		key := figureKey{&all[i], place, i + 1, len(all), f.flipped[figureID{f.selected, all[i].Name}], n > 1 && i == f.at, f.Theme.Scheme}
		if c := &f.drawn[k]; c.key != key || c.lines == nil {
			*c = figureCache{key, f.drawFigure(key)}
		}
		for y, s := range f.drawn[k].lines {
			out[y] += s
		}
	}
	return out
}

// first is the first figure that is seen of n.
func (f *figures) first(n int) int { return max(0, min(f.at, len(f.all())-n)) }

// drawNone says that there is no figure, and what is done just now.
func (f *figures) drawNone(q pane.Place) []string {
	none := f.orYet("no figure")
	why := draw.FirstFit([]string{draw.Join(none, draw.Clean(f.study().Doing)), none}, max(q.W-4, 1))
	w, h := q.Inner()
	return q.Fill(f.Theme, draw.Box{Title: "figure"}, draw.Middle(f.Theme.Dim.Paint(why), w, h))
}

// orYet says that something is not there, or not yet where it may come.
func (f *figures) orYet(none string) string {
	if f.study().State.Over() {
		return none
	}
	return none + " yet"
}
