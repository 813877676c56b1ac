package runs

import (
	"slices"
	"strconv"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// Entry is a row of the standings: a run, or a group as a whole.
type Entry struct {
	Group view.Group
	Run   *view.Run // nil for the group as a whole
}

// Entries are the rows of the standings: each group, and under one that is
// open its runs.
func (s *Runs) Entries() []Entry {
	var out []Entry
	for _, g := range s.Groups {
		if len(g) == 1 {
			out = append(out, Entry{g, g[0]})
			continue
		}
		out = append(out, Entry{Group: g})
		for _, r := range g {
			if s.open[g[0].ID] {
				out = append(out, Entry{g, r})
			}
		}
	}
	return out
}

// Entry is the selected row.
func (s *Runs) Entry() Entry {
	if s.Whole {
		return Entry{Group: s.Group()}
	}
	return Entry{s.Group(), s.Run()}
}

// Inner says whether a row is that of one run of a group.
func (e Entry) Inner() bool { return e.Run != nil && len(e.Group) > 1 }

// Name is what an entry is called.
func (e Entry) Name() string {
	switch {
	case e.Run == nil:
		return GroupName(e.Group)
	case e.Inner():
		return "  " + Label(e.Run)
	}
	return Label(e.Run)
}

// NameOf is what an entry is called in the standings: of a group that is closed it
// also says how many of its runs are drawn, where some are hidden.
func (s *Runs) NameOf(e Entry) string {
	name, drawn := e.Name(), 0
	for _, r := range e.Group {
		if !s.hidden[r.ID] {
			drawn++
		}
	}
	if e.Run != nil || s.open[e.Group[0].ID] || drawn == 0 || drawn == len(e.Group) {
		return name
	}
	all := " ×" + strconv.Itoa(len(e.Group))
	return strings.TrimSuffix(name, all) + " ×" + strconv.Itoa(drawn) + " of " + strconv.Itoa(len(e.Group))
}

// Scrolled is the part of the entries that fits into some rows, the one at a place in it.
func Scrolled(entries []Entry, at, rows int) []Entry {
	rows = max(rows, 0)
	if len(entries) <= rows {
		return entries
	}
	from := min(max(0, at-rows+1), len(entries)-rows)
	return entries[from : from+rows]
}

// Chosen says whether a row is the selected one.
func (s *Runs) Chosen(e Entry) bool {
	if e.Run == nil {
		return s.Whole && e.Group[0].ID == s.Selected
	}
	return e.Run.ID == s.Selected && !s.Whole
}

// Select selects a row.
func (s *Runs) Select(e Entry) {
	s.Whole = e.Run == nil
	s.Selected = e.Group[0].ID
	if e.Run != nil {
		s.Selected = e.Run.ID
	}
}

// Move selects another row.
func (s *Runs) Move(by int) {
	rows := s.Entries()
	if at := slices.IndexFunc(rows, s.Chosen); at >= 0 {
		s.Select(rows[min(max(at+by, 0), len(rows)-1)])
	}
}

// CanOpen says whether the selected run is one of several seeds.
func (s *Runs) CanOpen() bool { return s.Ready() && len(s.Group()) > 1 }

// AnyGroup says whether some runs differ in their seeds alone.
func (s *Runs) AnyGroup() bool {
	return slices.ContainsFunc(s.Groups, func(g view.Group) bool { return len(g) > 1 })
}

// Opened says whether the runs of the selected group are shown one by one.
func (s *Runs) Opened() bool { return s.open[s.Selected] }

// ToggleOpen shows the runs of the selected group one by one, or no more.
func (s *Runs) ToggleOpen() {
	g, open := s.Group(), !s.open[s.Selected]
	for _, r := range g {
		s.open[r.ID] = open
	}
	s.Whole = true
}

// Away says whether none of an entry's curves is drawn.
func (s *Runs) Away(e Entry) bool {
	if e.Run != nil {
		return s.hidden[e.Run.ID]
	}
	return !slices.ContainsFunc(e.Group, func(r *view.Run) bool { return !s.hidden[r.ID] })
}

// Leading is the run of a group whose state goes before the others'.
func Leading(g view.Group) *view.Run {
	return slices.MinFunc(g, func(a, b *view.Run) int { return int(a.State) - int(b.State) })
}

// StateOfEntry is the state of a run, or how many of a group are in which.
func (s *Runs) StateOfEntry(e Entry) (glyph, word string, k draw.Ink) {
	if e.Run != nil {
		return s.StateOf(e.Run)
	}
	plain := *Leading(e.Group) // what one of them does just now is not what they do
	plain.Activity, plain.Federation, plain.Pending = "", nil, view.Nothing
	glyph, word, k = s.StateOf(&plain)
	text := ""
	for _, c := range Counts(e.Group) {
		switch {
		case c.N == len(e.Group):
			return glyph, word, k
		case c.N > 0 && text == "":
			glyph, text = c.Glyph, strconv.Itoa(c.N)
		case c.N > 0:
			text += " " + c.Glyph + " " + strconv.Itoa(c.N)
		}
	}
	return glyph, text, k
}
