package ask

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

const detailRows = 4 // of the picker: what a choice comes to

// Draw shows all parts side by side where there is room, else the focused one. What
// choices are stands beside their names where there is room for all of it, and that
// of the focused one below in any case.
func (p *picker) Draw(w, h int) []string {
	wide := w >= 24*len(p.offer.Parts)
	inner := min(w-2, max(100, p.columnNeeds()))
	roomy := h > 13
	rows := h - 2 - 1 - detailRows
	if roomy { // an empty line, and one more of details
		rows -= 2
	}
	longest := 0
	for _, c := range p.offer.Parts {
		longest = max(longest, len(c.Choices))
	}
	rows = max(1, min(rows, longest))
	p.inner, p.rows, p.wide = inner, rows, wide
	lines := p.columns(inner, rows, wide)
	if roomy {
		lines = append(lines, "")
	}
	lines = append(lines, p.details(inner, roomy)...)
	b := draw.Box{Title: "switch " + p.name, Focused: true}
	switch {
	case p.String() == "":
		b.Beside = "type a name to find it"
	case p.found():
		b.Beside = "with " + strconv.Quote(p.String())
	default:
		b.Beside = "none has " + strconv.Quote(p.String())
	}
	return b.Draw(p.Theme, lines, inner+2, len(lines)+2)
}

// columns is a row of titles over rows of choices.
func (p *picker) columns(w, rows int, wide bool) []string {
	lines := make([]*draw.Line, rows+1)
	for i := range lines {
		lines[i] = draw.NewLine(w)
	}
	switch needs := p.columnNeeds(); {
	case !wide:
		p.titles(lines[0])
		p.choices(lines[1:], p.focus, 0, needs <= w)
	default:
		for i, q := range p.offer.Parts {
			at := p.columnOf(i, w)
			lines[0].Tab(at+pickerLead).Put(p.titleInk(i), draw.Clean(q.Title))
			p.choices(lines[1:], i, at, needs <= w)
		}
	}
	out := make([]string, len(lines), len(lines)+detailRows+1)
	for i, l := range lines {
		out[i] = l.String()
	}
	return out
}

// columnNeed is the room that the choices for a part take.
type columnNeed struct{ name, title int }

// Around the names and the titles of choices.
const pickerLead, pickerGap = 3, 2

func (n columnNeed) width() int { return pickerLead + n.name + pickerGap + n.title + pickerGap }

func needsOf(q view.Part) columnNeed {
	var n columnNeed
	for _, c := range q.Choices {
		n.name = max(n.name, ansi.StringWidth(draw.Clean(c.Name)))
		n.title = max(n.title, ansi.StringWidth(draw.Clean(c.Title)))
	}
	return n
}

// columnOf is where a part begins in w columns, in which all are side by side.
func (p *picker) columnOf(part, w int) int {
	n, needs := len(p.offer.Parts), p.columnNeeds()
	if needs > w {
		return w * part / n
	}
	at := 0
	for _, q := range p.offer.Parts[:part] {
		at += needsOf(q).width() + (w-needs)/n
	}
	return at
}

// columnNeeds is the room that all of it takes side by side.
func (p *picker) columnNeeds() int {
	all := 0
	for _, q := range p.offer.Parts {
		all += needsOf(q).width()
	}
	return all
}

func (p *picker) titleInk(i int) draw.Ink {
	if i == p.focus {
		return p.Theme.Focus
	}
	return p.Theme.Dim
}

// titles are the parts in one line, with what is chosen for each.
func (p *picker) titles(l *draw.Line) {
	t := p.Theme
	l.Gap(1)
	for i, c := range p.offer.Parts {
		if i > 0 {
			l.Put(t.Faint, " · ")
		}
		if i == p.focus {
			l.Put(t.Focus, "▸ "+draw.Clean(c.Title))
		} else {
			l.Put(t.Dim, draw.Clean(c.Choices[c.At].Name))
		}
	}
}

// choices writes those for a part from a column of the screen on, told says with
// what they are.
func (p *picker) choices(lines []*draw.Line, i, from int, told bool) {
	t, c := p.Theme, p.offer.Parts[i]
	need := needsOf(c)
	seen := p.seen(i)
	first := firstChoice(placeOf(c, seen), len(seen), len(lines))
	for row, l := range lines {
		if first+row >= len(seen) {
			continue
		}
		e := c.Choices[seen[first+row]]
		name, title, sign := t.Text, t.Dim, "  "
		if e.Refused {
			name, title = t.Faint, t.Faint
		}
		if seen[first+row] == c.At {
			sign, name = "▸ ", t.Strong
			if i == p.focus {
				name = t.Chosen
			}
		}
		l.Tab(from+1).Put(name, sign+draw.Clean(e.Name)+" ")
		if told {
			l.Tab(from+pickerLead+need.name+pickerGap).Put(title, draw.Clean(e.Title))
		}
	}
}

// firstChoice is the first that is seen of n choices in some rows, one of them being
// chosen.
func firstChoice(at, n, rows int) int { return max(0, min(at-rows/2, n-rows)) }

// details say what the choice comes to, or what is wrong with it.
func (p *picker) details(w int, roomy bool) []string {
	t, o := p.Theme, p.offer
	lines := make([]string, 0, detailRows)
	row := func(label string, k draw.Ink, text string) {
		l := draw.NewLine(w).Gap(1).Put(t.Dim, label)
		lines = append(lines, l.Tab(9).Put(k, draw.Short(draw.Clean(text), w-10)).String())
	}
	row("recipe", t.Strong, o.Recipe)
	if o.Refused != "" {
		for i, s := range draw.Wrap(draw.Clean(o.Refused), w-10) {
			if len(lines) < detailRows {
				row([]string{"refused", ""}[min(i, 1)], t.Bad, s)
			}
		}
	} else {
		for _, d := range o.Details {
			row(draw.Clean(d.Label), t.Text, detailText(d))
		}
	}
	for len(lines) < detailRows {
		lines = append(lines, "")
	}
	if roomy {
		row("about", t.Dim, p.about())
	}
	return lines
}

func detailText(d view.Detail) string {
	if d.Count > 0 {
		return draw.Grouped(d.Count) + " " + d.Text
	}
	return d.Text
}

// about is the choice for the focused part in full.
func (p *picker) about() string {
	c := p.offer.Parts[p.focus]
	return draw.Join(c.Title+" "+c.Choices[c.At].Title, c.Choices[c.At].About)
}
