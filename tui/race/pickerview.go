package race

import (
	"optwatch/train/view"
	"optwatch/tui/draw"
)

const detailRows = 4 // of the picker: what a choice comes to

// Draw shows all parts side by side where there is room, else the focused one.
func (p *picker) Draw(w, h int) []string {
	wide := w >= 24*len(p.offer.Parts)
	inner := min(w-2, 100)
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
	lines := p.columns(inner, rows, wide)
	if roomy {
		lines = append(lines, "")
	}
	lines = append(lines, p.details(inner, roomy)...)
	return draw.Box{Title: "switch " + p.name, Focused: true}.Draw(p.Theme, lines, inner+2, len(lines)+2)
}

// columns is a row of titles over rows of choices.
func (p *picker) columns(w, rows int, wide bool) []string {
	lines := make([]*draw.Line, rows+1)
	for i := range lines {
		lines[i] = draw.NewLine(w)
	}
	if n := len(p.offer.Parts); !wide {
		p.titles(lines[0])
		p.choices(lines[1:], p.focus, 0, w)
	} else {
		for i := range p.offer.Parts {
			at, to := w*i/n, w*(i+1)/n
			lines[0].Tab(at+3).Put(p.titleInk(i), draw.Clean(p.offer.Parts[i].Title))
			p.choices(lines[1:], i, at, to)
		}
	}
	out := make([]string, len(lines), len(lines)+detailRows+1)
	for i, l := range lines {
		out[i] = l.String()
	}
	return out
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

// choices writes those for a part between two columns of the screen.
func (p *picker) choices(lines []*draw.Line, i, from, to int) {
	t, c := p.Theme, p.offer.Parts[i]
	first := max(0, min(c.At-len(lines)/2, len(c.Choices)-len(lines)))
	for row, l := range lines {
		if first+row >= len(c.Choices) {
			continue
		}
		e := c.Choices[first+row]
		name, title, sign := t.Text, t.Dim, "  "
		if e.Refused {
			name, title = t.Faint, t.Faint
		}
		if first+row == c.At {
			sign, name = "▸ ", t.Strong
			if i == p.focus {
				name = t.Chosen
			}
		}
		l.Tab(from+1).Put(name, sign+draw.Clean(e.Name)+" ")
		if to-from >= 30 {
			l.Tab(from+17).Put(title, draw.Short(draw.Clean(e.Title), to-from-18))
		}
	}
}

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
