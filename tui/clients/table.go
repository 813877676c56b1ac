package clients

import (
	"slices"
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// table is what the rows of the clients have in common.
type table struct {
	draw.Table[*view.Client]
	*Clients
	of    *view.Run
	focus bool
}

// The columns before the fields, and the widths of bars and states.
const (
	leadWidth  = 3
	leastBar   = 6
	mostBar    = 16
	leastState = 9

	leastRemoteState = 11 // silent 59 s
)

// table is the heading and the rows that are seen.
func (c *Clients) table(r *view.Run, q pane.Place, rows int) []string {
	w, _ := q.Inner()
	t := c.newTable(r, w)
	t.focus = q.Focused
	lines := []string{t.Heading(draw.NewLine(w), c.Theme.Dim).String()}
	for i := c.top; i < min(c.top+rows, len(c.rows)); i++ {
		if at := c.rows[i].index; at < len(c.federation.Clients) {
			lines = append(lines, t.row(&c.federation.Clients[at], w))
		}
	}
	return lines
}

// newTable chooses the columns that fit.
func (c *Clients) newTable(r *view.Run, w int) *table {
	f := c.federation
	t := &table{Clients: c, of: r}
	t.Lead, t.Margin = leadWidth, 1
	widest := 0
	for i := range f.Clients {
		widest = max(widest, f.Clients[i].ID)
	}
	count := 2*len(strconv.Itoa(max(f.Epochs, 1))) + 1
	t.add("client", max(6, len(strconv.Itoa(widest))+1), 0, 0, func(k *view.Client) string { return "c" + strconv.Itoa(k.ID) }).Left = true
	if c.remote {
		t.addHost(f.Clients)
	}
	if classes := c.classColumn(f.Clients); classes.width > 0 {
		t.add(classes.title, classes.width, 2, 1, classes.text).Left = true
	}
	t.add("data", 6, 1, 5, func(k *view.Client) string { return draw.Count(int64(k.Examples)) })
	t.add("epochs", leastBar+1+count, 2, 0, nil).Draw = func(l *draw.Line, k *view.Client, _ draw.Ink, w int) { t.work(l, k, w-1-count, w) }
	t.add("loss", 7, 1, 2, func(k *view.Client) string { return draw.DecimalsIn(k.Loss, 3, 7) })
	t.add("drift", 6, 1, 3, func(k *view.Client) string { return draw.DecimalsIn(k.Drift, 2, 6) }).Ink = t.passing
	if t.aged() {
		t.add("ago", 5, 1, 6, t.ago).Ink = t.passing
	}
	t.add("time", 6, 1, 4, func(k *view.Client) string { return draw.Times(k.Time) })
	roomy := 110 // else the reasons of the states need the room
	if c.remote {
		t.addMachine(f.Clients)
		t.yield()
		roomy = roomyRemote
	}
	if w >= roomy {
		t.add("averaged", 8, 2, 0, func(k *view.Client) string { return draw.Count(int64(k.Accepted)) })
		t.add("refused", 7, 2, 0, func(k *view.Client) string { return draw.Count(int64(k.Refused)) })
	}
	state := leastState
	if c.remote {
		state = leastRemoteState
	}
	t.add("state", state, 2, 0, nil).Draw = func(l *draw.Line, k *view.Client, _ draw.Ink, w int) {
		word, ink := c.state(k, w)
		l.Put(ink, word)
	}
	t.Narrow(w)
	t.spread(max(0, w-t.Width()))
	return t
}

// add adds a column.
func (t *table) add(name string, width, gap, drop int, text func(*view.Client) string) *draw.Column[*view.Client] {
	t.Columns = append(t.Columns, draw.Column[*view.Client]{Name: name, Width: width, Gap: gap, Drop: drop, Text: text})
	return &t.Columns[len(t.Columns)-1]
}

// passing dims what is of a round that is over while another is under way.
func (t *table) passing(k *view.Client, ink draw.Ink) draw.Ink {
	if t.age(k) > 0 || t.federation.Underway && k.Drifted > 0 {
		return t.Theme.Dim
	}
	return ink
}

// ago is that age in rounds, where it is any.
func (t *table) ago(k *view.Client) string {
	if n := t.age(k); n > 0 {
		return draw.SI(float64(n)) + " r"
	}
	return ""
}

// age is how many rounds before the latest one a client's drift is from.
func (t *table) age(k *view.Client) int {
	if k.Drifted == 0 || !draw.Known(k.Drift) {
		return 0
	}
	return max(0, t.federation.Round-k.Drifted)
}

// aged says whether that of any client is.
func (t *table) aged() bool {
	return slices.ContainsFunc(t.federation.Clients, func(k view.Client) bool { return t.age(&k) > 0 })
}

// spread gives what is left over to the bar, to the gaps, then to the state.
func (t *table) spread(spare int) {
	work, state := &t.Columns[t.Index("epochs")], &t.Columns[len(t.Columns)-1]
	by := min(spare, mostBar-leastBar)
	work.Width += by
	spare -= by
	if long := "local epochs"; work.Width >= len(long) {
		work.Name = long
	}
	for i := range t.Columns {
		if k := &t.Columns[i]; i > 0 && k.Draw == nil && spare > 20 {
			k.Gap++
			spare--
		}
	}
	state.Width += spare
}
