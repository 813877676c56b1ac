package tui

import "optwatch/tui/draw"

const detailRows = 4 // of the picker: what a choice comes to

// draw shows all columns side by side where there is room, else the focused one.
func (p *picker) draw(m *model, w, h int) []string {
	wide := w >= 72
	inner := min(w-2, 100)
	roomy := h > 13
	rows := h - 2 - 1 - detailRows
	if roomy { // an empty line, and one more of details
		rows -= 2
	}
	longest := 0
	for _, c := range p.columns {
		longest = max(longest, len(c.parts))
	}
	rows = max(1, min(rows, longest))
	lines := p.drawColumns(m, inner, rows, wide)
	if roomy {
		lines = append(lines, "")
	}
	lines = append(lines, p.details(m, inner, roomy)...)
	return draw.Box{Title: "switch " + p.name, Focused: true}.Draw(m.theme, lines, inner+2, len(lines)+2)
}

// drawColumns is a row of titles over rows of parts.
func (p *picker) drawColumns(m *model, w, rows int, wide bool) []string {
	t := m.theme
	lines := make([]*draw.Line, rows+1)
	for i := range lines {
		lines[i] = draw.NewLine(w)
	}
	if !wide {
		p.titles(m, lines[0])
		p.drawParts(m, lines[1:], p.focus, 0, w)
	} else {
		for i := range p.columns {
			at, to := w*i/3, w*(i+1)/3
			lines[0].Tab(at+3).Put(p.titleInk(t, i), p.columns[i].title)
			p.drawParts(m, lines[1:], i, at, to)
		}
	}
	out := make([]string, len(lines), len(lines)+detailRows+1)
	for i, l := range lines {
		out[i] = l.String()
	}
	return out
}

func (p *picker) titleInk(t *draw.Theme, i int) draw.Ink {
	if i == p.focus {
		return t.Focus
	}
	return t.Dim
}

// titles are the columns in one line, with what is chosen in each.
func (p *picker) titles(m *model, l *draw.Line) {
	t := m.theme
	l.Gap(1)
	for i, c := range p.columns {
		if i > 0 {
			l.Put(t.Faint, " · ")
		}
		if i == p.focus {
			l.Put(t.Focus, "▸ "+c.title)
		} else {
			l.Put(t.Dim, c.parts[c.at].name)
		}
	}
}

// drawParts writes the parts of a column between two columns of the screen.
func (p *picker) drawParts(m *model, lines []*draw.Line, i, from, to int) {
	t, c := m.theme, p.columns[i]
	first := max(0, min(c.at-len(lines)/2, len(c.parts)-len(lines)))
	for row, l := range lines {
		if first+row >= len(c.parts) {
			continue
		}
		e := c.parts[first+row]
		name, title, sign := t.Text, t.Dim, "  "
		if e.wrong != nil {
			name, title = t.Faint, t.Faint
		}
		if first+row == c.at {
			sign, name = "▸ ", t.Strong
			if i == p.focus {
				name = t.Chosen
			}
		}
		l.Tab(from+1).Put(name, sign+e.name+" ")
		if to-from >= 30 {
			l.Tab(from+17).Put(title, draw.Short(e.title, to-from-18))
		}
	}
}

// details say what the choice comes to, or what is wrong with it.
func (p *picker) details(m *model, w int, roomy bool) []string {
	t, c := m.theme, p.choice
	lines := make([]string, 0, detailRows)
	row := func(label string, k draw.Ink, text string) {
		l := draw.NewLine(w).Gap(1).Put(t.Dim, label)
		lines = append(lines, l.Tab(9).Put(k, draw.Short(text, w-10)).String())
	}
	row("recipe", t.Strong, c.recipe.String())
	if c.err != nil {
		for i, s := range draw.Wrap(c.err.Error(), w-10) {
			if len(lines) < detailRows {
				row([]string{"refused", ""}[min(i, 1)], t.Bad, s)
			}
		}
	} else {
		row("lr", t.Text, draw.Number(c.lr, 3)+p.lrNote())
		row("cost", t.Text, costText(c.change.Evals))
		row("state", t.Text, c.change.State)
	}
	for len(lines) < detailRows {
		lines = append(lines, "")
	}
	if roomy {
		row("about", t.Dim, p.about())
	}
	return lines
}

func (p *picker) lrNote() string {
	switch {
	case p.rounds:
		return " of the clients, kept"
	case p.keepsLR(p.choice.recipe):
		return ", kept"
	}
	return ", the default"
}

func costText(evals int) string {
	if evals == 0 {
		return "no gradient evaluations"
	}
	return draw.Grouped(int64(evals)) + " evaluations to begin"
}

// about is the chosen part of the focused column in full.
func (p *picker) about() string {
	c := p.columns[p.focus]
	return draw.Join(c.title+" "+c.parts[c.at].title, c.parts[c.at].paper)
}
