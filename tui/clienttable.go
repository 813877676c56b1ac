package tui

import (
	"strconv"

	"optwatch/train"
	"optwatch/tui/draw"
)

// crewTable is what the rows of the clients have in common.
type crewTable struct {
	draw.Table[*train.ClientView]
	m   *model
	run *train.RunView
}

// The columns before the fields, and the widths of bars and states.
const (
	clientLead = 3
	leastBar   = 6
	mostBar    = 16
	leastState = 9
)

// clientTable is the heading and the rows that are seen.
func (m *model) clientTable(r *train.RunView, f *train.FederatedView, w, rows int) []string {
	t := m.newCrewTable(r, f, w)
	s := &m.roster
	lines := []string{t.Heading(draw.NewLine(w), m.theme.Dim).String()}
	for i := s.top; i < min(s.top+rows, len(s.rows)); i++ {
		if at := s.rows[i].index; at < len(f.Clients) {
			lines = append(lines, t.row(&f.Clients[at], w))
		}
	}
	return lines
}

// newCrewTable chooses the columns that fit.
func (m *model) newCrewTable(r *train.RunView, f *train.FederatedView, w int) *crewTable {
	t := &crewTable{m: m, run: r}
	t.Lead, t.Margin = clientLead, 1
	widest := 0
	for i := range f.Clients {
		widest = max(widest, f.Clients[i].ID)
	}
	count := 2*len(strconv.Itoa(max(f.Epochs, 1))) + 1
	t.add("client", max(6, len(strconv.Itoa(widest))+1), 0, 0, func(c *train.ClientView) string { return "c" + strconv.Itoa(c.ID) }).Left = true
	if classes := m.classColumn(f.Clients); classes.width > 0 {
		t.add(classes.title, classes.width, 2, 1, classes.text).Left = true
	}
	t.add("data", 6, 1, 5, func(c *train.ClientView) string { return draw.Count(int64(c.Examples)) })
	t.add("epochs", leastBar+1+count, 2, 0, nil).Draw = func(l *draw.Line, c *train.ClientView, _ draw.Ink, w int) { t.epochs(l, c, w-1-count, w) }
	t.add("loss", 7, 1, 2, func(c *train.ClientView) string { return draw.DecimalsIn(c.Loss, 3, 7) })
	t.add("drift", 6, 1, 3, func(c *train.ClientView) string { return draw.DecimalsIn(c.Drift, 2, 6) })
	t.add("time", 6, 1, 4, func(c *train.ClientView) string { return draw.Times(c.Time) })
	if w >= 110 { // else the reasons of the states need the room
		t.add("averaged", 8, 2, 0, func(c *train.ClientView) string { return draw.Count(int64(c.Accepted)) })
		t.add("refused", 7, 2, 0, func(c *train.ClientView) string { return draw.Count(int64(c.Refused)) })
	}
	t.add("state", leastState, 2, 0, nil).Draw = func(l *draw.Line, c *train.ClientView, _ draw.Ink, w int) {
		word, k := m.clientState(c, w)
		l.Put(k, word)
	}
	t.Narrow(w)
	t.spread(max(0, w-t.Width()))
	return t
}

// add adds a column.
func (t *crewTable) add(name string, width, gap, drop int, text func(*train.ClientView) string) *draw.Column[*train.ClientView] {
	t.Columns = append(t.Columns, draw.Column[*train.ClientView]{Name: name, Width: width, Gap: gap, Drop: drop, Text: text})
	return &t.Columns[len(t.Columns)-1]
}

// spread gives what is left over to the bar, to the gaps, then to the state.
func (t *crewTable) spread(spare int) {
	epochs, state := &t.Columns[t.Index("epochs")], &t.Columns[len(t.Columns)-1]
	by := min(spare, mostBar-leastBar)
	epochs.Width += by
	spare -= by
	if long := "local epochs"; epochs.Width >= len(long) {
		epochs.Name = long
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; i > 0 && c.Draw == nil && spare > 20 {
			c.Gap++
			spare--
		}
	}
	state.Width += spare
}
