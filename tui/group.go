package tui

import (
	"slices"
	"strconv"
	"time"

	"optwatch/train"
	"optwatch/tui/draw"
)

// groups are the runs that pass the filter, by recipe and in the order of the
// standings. They follow from the snapshot after every message.
type groups struct {
	all   []train.Group    // a run by itself is a group of one
	runs  []*train.RunView // of all of them
	first map[int]int      // RunView.ID of the run whose colour a run has, the filter aside
	open  map[int]bool     // runs whose group shows them one by one, by RunView.ID
	whole bool             // the selection is all of the selected run's group
	held  []int            // runs that were driven as one, by RunView.ID
	until time.Time        // the time to which they are kept together
}

// onTheirWay is how long the runs of a group are kept together after a command
// to all of them: each takes it in at a step boundary of its own, and between
// the first and the last their recipes differ.
const onTheirWay = 3 * time.Second

// hold keeps the targets together if they are a group. A command to one run
// lets it leave.
func (m *model) hold() {
	s := &m.groups
	s.held, s.until = nil, m.now.Add(onTheirWay)
	if !s.whole {
		return
	}
	for _, r := range m.targets() {
		s.held = append(s.held, r.ID)
	}
}

// gather puts the runs that are held into one group, where the first stands.
func (s *groups) gather(all []train.Group) []train.Group {
	at := -1
	out := all[:0]
	for _, g := range all {
		held := slices.ContainsFunc(g, func(r *train.RunView) bool { return slices.Contains(s.held, r.ID) })
		if held && at >= 0 {
			out[at] = append(out[at], g...)
			slices.SortFunc(out[at], func(a, b *train.RunView) int { return a.ID - b.ID })
			continue
		}
		if held {
			at = len(out)
		}
		out = append(out, g)
	}
	return out
}

// regroup makes the groups those of the snapshot.
func (m *model) regroup() {
	s, runs := &m.groups, m.every()
	clear(s.first)
	for _, g := range s.gather(train.Groups(runs)) {
		for _, r := range g {
			s.first[r.ID] = g[0].ID
		}
	}
	s.all = s.gather(train.Groups(slices.DeleteFunc(runs, func(r *train.RunView) bool { return !m.passes(r) })))
	m.sort(s.all)
	s.runs = make([]*train.RunView, 0, len(runs))
	for _, g := range s.all {
		s.runs = append(s.runs, g...)
	}
}

// every is all runs, whether they pass the filter or not.
func (m *model) every() []*train.RunView {
	runs := make([]*train.RunView, len(m.snap.Runs))
	for i := range m.snap.Runs {
		runs[i] = &m.snap.Runs[i]
	}
	return runs
}

// settleGroup selects a group as a whole unless its runs are shown, and a run
// by itself never so.
func (m *model) settleGroup() {
	s, g := &m.groups, m.group()
	s.whole = len(g) > 1 && (s.whole || !s.open[m.selected])
	if s.whole {
		m.selected = g[0].ID
	}
}

// group is that of the selected run; nil if none is in sight.
func (m *model) group() train.Group { return m.groupOf(m.selected) }

func (m *model) groupOf(id int) train.Group {
	for _, g := range m.groups.all {
		if slices.ContainsFunc(g, func(r *train.RunView) bool { return r.ID == id }) {
			return g
		}
	}
	return nil
}

// targets are the runs that keys drive: the selected one, or all of the
// selected group.
func (m *model) targets() []*train.RunView {
	if m.groups.whole {
		return m.group()
	}
	if r := m.run(); r != nil {
		return []*train.RunView{r}
	}
	return nil
}

// subject is what they are called.
func (m *model) subject() string {
	if m.groups.whole {
		return groupName(m.group())
	}
	return draw.Clean(m.run().Name)
}

// groupName is the name of the group's first run and how many there are.
func groupName(g train.Group) string {
	if len(g) == 1 {
		return label(g[0])
	}
	return label(g[0]) + " ×" + strconv.Itoa(len(g))
}

// brush is how a run is drawn everywhere: the runs of a group alike.
func (m *model) brush(r *train.RunView) draw.Brush {
	if first, ok := m.groups.first[r.ID]; ok {
		return m.theme.Brush(first)
	}
	return m.theme.Brush(r.ID)
}

// entry is a row of the standings: a run, or a group as a whole.
type entry struct {
	group train.Group
	run   *train.RunView // nil for the group as a whole
}

// entries are the rows of the standings: each group, and under one that is
// open its runs.
func (m *model) entries() []entry {
	var out []entry
	for _, g := range m.groups.all {
		if len(g) == 1 {
			out = append(out, entry{g, g[0]})
			continue
		}
		out = append(out, entry{group: g})
		for _, r := range g {
			if m.groups.open[g[0].ID] {
				out = append(out, entry{g, r})
			}
		}
	}
	return out
}

// entry is the selected row.
func (m *model) entry() entry {
	if m.groups.whole {
		return entry{group: m.group()}
	}
	return entry{m.group(), m.run()}
}

// inner says whether a row is that of one run of a group.
func (e entry) inner() bool { return e.run != nil && len(e.group) > 1 }

// chosen says whether a row is the selected one.
func (m *model) chosen(e entry) bool {
	if e.run == nil {
		return m.groups.whole && e.group[0].ID == m.selected
	}
	return e.run.ID == m.selected && !m.groups.whole
}

// selectRow selects a row.
func (m *model) selectRow(e entry) {
	m.groups.whole = e.run == nil
	m.selected = e.group[0].ID
	if e.run != nil {
		m.selected = e.run.ID
	}
}

func (m *model) canOpen() bool { return m.ready() && len(m.group()) > 1 }

func (m *model) openWord() string {
	if m.groups.open[m.selected] {
		return "close"
	}
	return "open"
}

// toggleOpen shows the runs of the selected group one by one, or no more.
func (m *model) toggleOpen() {
	g, open := m.group(), !m.groups.open[m.selected]
	for _, r := range g {
		m.groups.open[r.ID] = open
	}
	m.groups.whole = true
}

// valuesOf are a quantity's values in a group. A run of several that broke has none.
func valuesOf(g train.Group, value func(*train.RunView) float64) []float64 {
	out := make([]float64, 0, len(g))
	for _, r := range g {
		if len(g) == 1 || !r.State.Broken() {
			out = append(out, value(r))
		}
	}
	return out
}
