package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/draw"
)

// clientField is a column of the clients.
type clientField struct {
	name  string
	width int
	gap   int // before it
	drop  int // the higher, the sooner it gives way to narrow screens
	left  bool
	text  func(*train.ClientView) string
}

// crewTable is what the rows of the clients have in common.
type crewTable struct {
	m      *model
	run    *train.RunView
	fields []clientField // but the epochs and the state, which stand by themselves
	middle int           // how many fields stand before the epochs
	bar    int           // width of a bar
	count  int           // width of the epochs done
	state  int           // width of the state
}

// The columns before the fields, and the narrowest bar and state.
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
	lines := []string{t.heading(w)}
	for i := s.top; i < min(s.top+rows, len(s.rows)); i++ {
		if at := s.rows[i].index; at < len(f.Clients) {
			lines = append(lines, t.row(&f.Clients[at], w))
		}
	}
	return lines
}

// newCrewTable chooses the columns that fit.
func (m *model) newCrewTable(r *train.RunView, f *train.FederatedView, w int) *crewTable {
	t := &crewTable{m: m, run: r, bar: leastBar, state: leastState, middle: 3}
	digits := len(strconv.Itoa(max(f.Epochs, 1)))
	t.count = 2*digits + 1
	classes := m.classColumn(f.Clients)
	widest := 0
	for i := range f.Clients {
		widest = max(widest, f.Clients[i].ID)
	}
	t.fields = []clientField{
		{name: "client", width: max(6, len(strconv.Itoa(widest))+1), left: true, text: func(c *train.ClientView) string { return "c" + strconv.Itoa(c.ID) }},
		{name: classes.title, width: classes.width, gap: 2, drop: 1, left: true, text: classes.text},
		{name: "data", width: 6, gap: 1, drop: 5, text: func(c *train.ClientView) string { return draw.Count(int64(c.Examples)) }},
		{name: "loss", width: 7, gap: 1, drop: 2, text: func(c *train.ClientView) string { return draw.DecimalsIn(c.Loss, 3, 7) }},
		{name: "drift", width: 6, gap: 1, drop: 3, text: func(c *train.ClientView) string { return draw.DecimalsIn(c.Drift, 2, 6) }},
		{name: "time", width: 6, gap: 1, drop: 4, text: func(c *train.ClientView) string { return draw.Times(c.Time) }},
	}
	if w >= 110 { // else the reasons of the states need the room
		t.fields = append(t.fields,
			clientField{name: "averaged", width: 8, gap: 2, text: func(c *train.ClientView) string { return draw.Count(int64(c.Accepted)) }},
			clientField{name: "refused", width: 7, gap: 2, text: func(c *train.ClientView) string { return draw.Count(int64(c.Refused)) }})
	}
	if classes.width == 0 {
		t.remove(1)
	}
	for t.width() > w && len(t.fields) > 1 {
		worst := 0
		for i, f := range t.fields {
			if f.drop > t.fields[worst].drop {
				worst = i
			}
		}
		t.remove(worst)
	}
	t.spread(w - t.width())
	return t
}

// remove takes a field out.
func (t *crewTable) remove(i int) {
	t.fields = append(t.fields[:i:i], t.fields[i+1:]...)
	if i < t.middle {
		t.middle--
	}
}

func (t *crewTable) width() int {
	n := clientLead + 2 + t.bar + 1 + t.count + 2 + t.state + 1
	for _, f := range t.fields {
		n += f.gap + f.width
	}
	return n
}

// spread gives what is left over to the bar, to the gaps, then to the state.
func (t *crewTable) spread(spare int) {
	by := max(0, min(spare, mostBar-t.bar))
	t.bar += by
	spare = max(0, spare-by)
	for i := range t.fields {
		if i > 0 && spare > 20 {
			t.fields[i].gap++
			spare--
		}
	}
	t.state += spare
}

func (t *crewTable) heading(w int) string {
	l := draw.NewLine(w)
	l.Gap(clientLead)
	dim := t.m.theme.Dim
	t.each(l, func(f clientField) { l.Put(dim, f.place(f.name)) }, func() {
		at := l.At()
		l.Put(dim, draw.FirstFit([]string{"local epochs", "epochs"}, t.bar+1+t.count)).Tab(at + t.bar + 1 + t.count)
	})
	return l.Gap(2).Put(dim, "state").String()
}

// each goes through the fields from left to right, with the epochs in their place.
func (t *crewTable) each(l *draw.Line, field func(clientField), epochs func()) {
	for i, f := range t.fields {
		if i == t.middle {
			l.Gap(2)
			epochs()
		}
		l.Gap(f.gap)
		field(f)
	}
	if t.middle >= len(t.fields) {
		l.Gap(2)
		epochs()
	}
}

// place sets a text in its column. A number that does not fit is left out.
func (f clientField) place(s string) string {
	if ansi.StringWidth(s) > f.width {
		if !f.left {
			s = "…"
		}
		s = draw.Short(s, f.width)
	}
	pad := strings.Repeat(" ", f.width-ansi.StringWidth(s))
	if f.left {
		return s + pad
	}
	return pad + s
}
