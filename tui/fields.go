package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/draw"
)

// field is a column of the standings.
type field struct {
	name  string
	width int
	drop  int // the higher, the sooner it gives way to narrow screens
	left  bool
	need  func(*model) bool
	text  func(*model, *train.RunView, train.Point) string
	over  func(*model, entry) string // instead of text: of a group as a whole
}

// fields is the table of the columns, from left to right.
var fields = []field{
	{name: "step", width: 9, drop: 6, text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.Count(p.Step) }},
	{name: "lr", width: 8, drop: 3, text: func(_ *model, r *train.RunView, _ train.Point) string { return draw.Number(r.LR, 3) }},
	{name: "batch", width: 6, drop: 7, text: batchText},
	{name: "evals", width: 7, drop: 4, text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.SI(float64(p.Evals)) }},
	{name: "loss", width: 8, drop: 2, text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.Precise(p.Loss) }},
	{name: "val acc", width: 9, need: needs(valAccuracy), text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.Percent(p.ValAccuracy) }},
	{name: "test acc", width: 9, need: needsTest, text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.Percent(p.TestAccuracy) }},
	{width: 13, drop: 1, need: seedsAnd(valAccuracy), over: percentSpread(valAccuracy)},
	{width: 13, drop: 1, need: seedsAndTest, over: percentSpread(testAccuracy)},
	{name: "f − f*", width: 9, drop: 1, text: func(m *model, _ *train.RunView, p train.Point) string { return m.gapText(p) }},
	{width: 15, drop: 5, need: hasSeeds, over: gapSpread},
	{name: "evals/s", width: 9, drop: 5, text: rateText},
	{name: "left", width: 7, drop: 8, text: func(_ *model, r *train.RunView, _ train.Point) string { return leftText(r) }},
	{name: "recipe", width: 28, drop: 9, left: true, text: func(_ *model, r *train.RunView, _ train.Point) string { return draw.Clean(r.Recipe) }},
}

func needs(id metricID) func(*model) bool {
	return func(m *model) bool { return metrics[id].has(m.snap) }
}

func needsTest(m *model) bool {
	return metrics[testAccuracy].has(m.snap) && !metrics[valAccuracy].has(m.snap)
}

func batchText(_ *model, r *train.RunView, _ train.Point) string {
	if r.Batch == 0 {
		return draw.Unknown
	}
	if r.Batch > 999_999 {
		return draw.SI(float64(r.Batch))
	}
	return strconv.Itoa(r.Batch)
}

func rateText(_ *model, r *train.RunView, _ train.Point) string {
	if r.State == train.Paused {
		return "0"
	}
	if r.State != train.Running || !(r.EvalsPerSecond > 0) {
		return draw.Unknown
	}
	return draw.SI(r.EvalsPerSecond)
}

func leftText(r *train.RunView) string {
	if r.State.Ended() {
		return draw.Unknown
	}
	return draw.Clock(r.Left)
}

// gapText is f − f*, with the bound it has reached.
func (m *model) gapText(p train.Point) string {
	if m.base.certified && p.Loss-m.base.value <= m.base.floor {
		return "≤ " + draw.Scientific(m.base.floor)
	}
	return draw.Scientific(m.base.below(p.Loss))
}

// place sets a text in its column. A number that does not fit is left out.
func (f field) place(s string) string {
	if !f.left && ansi.StringWidth(s) > f.width {
		s = "…"
	}
	s = draw.Short(s, f.width)
	pad := strings.Repeat(" ", f.width-ansi.StringWidth(s))
	if f.left {
		return "  " + s + pad
	}
	return " " + pad + s
}

// chooseFields takes the columns that fit, and gives what is left over to the
// names and the states.
func (m *model) chooseFields(w int, rows []entry) (cols []field, name, state int) {
	longest := 0
	for _, e := range rows {
		longest = max(longest, ansi.StringWidth(e.name()))
	}
	name, state = nameWidth, stateWidth
	if w >= 70 {
		name = max(name, min(longest, 14))
	}
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
