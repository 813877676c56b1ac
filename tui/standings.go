package tui

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
)

// field is a column of the standings.
type field struct {
	name  string
	width int
	drop  int // the higher, the sooner it gives way to narrow screens
	left  bool
	need  func(*model) bool
	text  func(*model, *train.RunView, train.Point) string
}

// fields is the table of the columns, from left to right.
var fields = []field{
	{name: "step", width: 9, drop: 6, text: func(_ *model, _ *train.RunView, p train.Point) string { return grouped(p.Step) }},
	{name: "lr", width: 8, drop: 3, text: func(_ *model, r *train.RunView, _ train.Point) string { return number(r.LR, 3) }},
	{name: "batch", width: 6, drop: 7, text: batchText},
	{name: "evals", width: 7, drop: 4, text: func(_ *model, _ *train.RunView, p train.Point) string { return si(float64(p.Evals)) }},
	{name: "loss", width: 8, drop: 2, text: func(_ *model, _ *train.RunView, p train.Point) string { return lossText(p.Loss) }},
	{name: "val acc", width: 9, need: needs(valAccuracy), text: func(_ *model, _ *train.RunView, p train.Point) string { return percent(p.ValAccuracy) }},
	{name: "test acc", width: 9, need: needsTest, text: func(_ *model, _ *train.RunView, p train.Point) string { return percent(p.TestAccuracy) }},
	{name: "f − f*", width: 9, drop: 1, text: func(m *model, _ *train.RunView, p train.Point) string { return m.gapText(p) }},
	{name: "evals/s", width: 9, drop: 5, text: rateText},
	{name: "left", width: 7, drop: 8, text: func(_ *model, r *train.RunView, _ train.Point) string { return leftText(r) }},
	{name: "recipe", width: 28, drop: 9, left: true, text: func(_ *model, r *train.RunView, _ train.Point) string { return clean(r.Recipe) }},
}

func needs(id metricID) func(*model) bool {
	return func(m *model) bool { return metrics[id].has(m.snap) }
}

func needsTest(m *model) bool {
	return metrics[testAccuracy].has(m.snap) && !metrics[valAccuracy].has(m.snap)
}

func batchText(_ *model, r *train.RunView, _ train.Point) string {
	if r.Batch == 0 {
		return unknown
	}
	return strconv.Itoa(r.Batch)
}

func rateText(_ *model, r *train.RunView, _ train.Point) string {
	if r.State != train.Running || !(r.EvalsPerSecond > 0) {
		return unknown
	}
	return si(r.EvalsPerSecond)
}

func leftText(r *train.RunView) string {
	if r.State.Ended() {
		return unknown
	}
	return clock(r.Left)
}

// gapText is f − f*, with the bound it has reached.
func (m *model) gapText(p train.Point) string {
	if m.base.certified && p.Loss-m.base.value <= m.base.floor {
		return "≤ " + scientific(m.base.floor)
	}
	return scientific(m.base.below(p.Loss))
}

// The columns before the fields: a sign for the selection, the line style, the
// name, the state.
const (
	lead       = 6
	nameWidth  = 9
	stateWidth = 13
)

// drawRuns draws the standings, which are also the legend and the selector.
func (m *model) drawRuns(q placed) []string {
	w, h := q.w, q.h
	if q.boxed {
		w, h = w-2, h-2
	}
	runs := m.listed()
	cols, name, state := m.chooseFields(w, runs)
	lines := []string{m.heading(cols, name, state, w)}
	for _, r := range scrolled(runs, m.selected, h-1) {
		lines = append(lines, m.standing(r, cols, name, state, w))
	}
	if len(runs) == 0 {
		lines = append(lines, m.theme.dim.paint(m.noRuns()))
	}
	if !q.boxed {
		return fitBlock(lines, w, h)
	}
	return m.runsBox(len(runs) > h-1, len(runs)).draw(m.theme, lines, q.w, q.h)
}

func (m *model) noRuns() string {
	if m.filter != "" {
		return "   no run matches " + strconv.Quote(m.filter)
	}
	return "   no run yet: a adds one"
}

func (m *model) runsBox(cropped bool, n int) box {
	b := box{title: "runs", focused: m.focus == paneRuns, right: orderNames[m.sorted]}
	var notes []string
	if m.look.probe {
		b.title = "values at " + m.cursorText()
	}
	if m.filter != "" {
		notes = append(notes, "filter: "+m.filter)
	}
	if cropped {
		notes = append(notes, strconv.Itoa(n)+" in all")
	}
	b.beside = strings.Join(notes, " · ")
	return b
}

// cursorText is where the value cursor stands.
func (m *model) cursorText() string {
	v := scale{log: m.look.logX}.value(m.look.cursor)
	if m.look.x == xEvals || m.look.x == xSteps {
		return grouped(int64(math.Round(v))) + " " + xNames[m.look.x]
	}
	return number(v, 4) + " " + xNames[m.look.x]
}

// chooseFields takes the columns that fit, and gives what is left over to the
// names and the states.
func (m *model) chooseFields(w int, runs []*train.RunView) (cols []field, name, state int) {
	name, state = nameWidth, stateWidth
	if w < 70 {
		state = 2
	}
	for _, f := range fields {
		if f.need == nil || f.need(m) {
			cols = append(cols, f)
		}
	}
	for total(cols)+lead+name+1+state >= w && len(cols) > 1 {
		worst := 0
		for i := range cols {
			if cols[i].drop > cols[worst].drop {
				worst = i
			}
		}
		cols = append(append([]field{}, cols[:worst]...), cols[worst+1:]...)
	}
	longest := 0
	for _, r := range runs {
		longest = max(longest, ansi.StringWidth(r.Name))
	}
	spare := w - 1 - (total(cols) + lead + name + 1 + state)
	more := min(max(longest-name, 0), max(spare, 0))
	return spread(cols, max(spare-more, 0)), name + more, state
}

// spread widens the columns by what is left over, up to a pleasant width.
func spread(cols []field, spare int) []field {
	out := slices.Clone(cols)
	for i := range out {
		by := min(3, spare/(len(out)-i))
		out[i].width += by
		spare -= by
	}
	return out
}

func total(cols []field) int {
	n := 0
	for _, f := range cols {
		n += f.width + 1
	}
	return n
}

func (m *model) heading(cols []field, name, state, w int) string {
	l := newLine(w)
	l.gap(lead).put(m.theme.dim, fit("run", name)).gap(1)
	if state > 2 {
		l.put(m.theme.dim, "state")
	}
	l.tab(lead + name + 1 + state)
	for _, f := range cols {
		title := f.name
		if title == "f − f*" {
			title = strings.NewReplacer("best so far", "best", "best known", "best").Replace(optimumTitle(m.snap))
		}
		l.put(m.theme.dim, f.place(title))
	}
	return l.String()
}

// place sets a text in its column.
func (f field) place(s string) string {
	s = short(s, f.width)
	pad := strings.Repeat(" ", f.width-ansi.StringWidth(s))
	if f.left {
		return "  " + s + pad
	}
	return " " + pad + s
}

// standing is a run's row. With the value cursor on, it shows the run there.
func (m *model) standing(r *train.RunView, cols []field, name, state, w int) string {
	t, b := m.theme, m.theme.run(r.ID)
	p, seen := r.Last, true
	p.Step, p.Evals = r.Step, r.Evals
	if m.look.probe {
		p, seen = m.probed(r)
	}
	l := newLine(w)
	body := t.text
	if r.ID == m.selected {
		body = t.strong
		l.put(t.strong, " ▸")
	}
	l.tab(2)
	if m.hidden[r.ID] {
		body = t.faint
	} else {
		l.gap(1).put(b.ink, b.flat+b.flat)
	}
	l.tab(lead).put(body, fit(short(clean(r.Name), name), name)).gap(1)
	glyph, word, k := m.stateOf(r)
	l.put(k, glyph).gap(1)
	if state > 2 {
		l.put(k, short(word, state-2))
	}
	l.tab(lead + name + 1 + state)
	for _, f := range cols {
		text := unknown
		if seen {
			text = f.text(m, r, p)
		}
		l.put(m.valueInk(text, r, body), f.place(text))
	}
	return l.String()
}

func (m *model) valueInk(text string, r *train.RunView, body ink) ink {
	if text == unknown || m.hidden[r.ID] {
		return m.theme.faint
	}
	if r.ID == m.selected {
		return body
	}
	return m.theme.text
}

// scrolled is the part of the runs that fits, the selected one in it.
func scrolled(runs []*train.RunView, selected, rows int) []*train.RunView {
	rows = max(rows, 0)
	if len(runs) <= rows {
		return runs
	}
	at := 0
	for i, r := range runs {
		if r.ID == selected {
			at = i
		}
	}
	from := min(max(0, at-rows+1), len(runs)-rows)
	return runs[from : from+rows]
}

// order is how the standings are sorted.
type order int

const (
	asBegun order = iota
	byGap
	byAccuracy
	byName
	orders
)

var orderNames = [orders]string{"", "by f − f*", "by accuracy", "by name"}

func (m *model) nextSort() {
	m.sorted = (m.sorted + 1) % orders
	if m.sorted == byAccuracy && headline(m.snap) == trainLoss {
		m.sorted = byName
	}
}

// sort puts runs in the order chosen; what is unknown comes last.
func (m *model) sort(runs []*train.RunView) {
	less := map[order]func(a, b *train.RunView) bool{
		byGap:      func(a, b *train.RunView) bool { return lower(a.Last.Loss, b.Last.Loss) },
		byAccuracy: func(a, b *train.RunView) bool { return lower(-m.accuracy(a), -m.accuracy(b)) },
		byName:     func(a, b *train.RunView) bool { return a.Name < b.Name },
	}[m.sorted]
	if less != nil {
		sort.SliceStable(runs, func(i, j int) bool { return less(runs[i], runs[j]) })
	}
}

func (m *model) accuracy(r *train.RunView) float64 {
	return metrics[headline(m.snap)].value(r.Last, m.base)
}

func lower(a, b float64) bool { return a < b || known(a) && math.IsNaN(b) }
