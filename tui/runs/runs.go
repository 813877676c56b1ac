// Package runs is which runs a screen is about: those that pass the filter, in
// their order, the runs of several seeds as one group; which of them is
// selected, hidden, driven; and how a run is called and drawn everywhere.
//
// It draws nothing itself. What is selected here is what keys drive, in
// whichever pane they are pressed.
package runs

import (
	"slices"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// Runs are the runs of a screen. They follow from the snapshot and the keys
// after every message.
type Runs struct {
	*pane.Screen
	Selected int  // view.Run.ID
	Whole    bool // the selection is all of the selected run's group
	Filter   string
	Groups   []view.Group // that pass the filter, in the order of the standings; a run by itself is a group of one
	Listed   []*view.Run  // the runs of all of them

	order  int          // into orders
	wish   string       // the order that is to be, once there is one of that title; "" for none
	first  map[int]int  // by Run.ID: the run whose colour a run has, the filter aside
	open   map[int]bool // runs whose group shows them one by one, by Run.ID
	hidden map[int]bool // runs without a curve, by Run.ID
	held   []int        // runs that were driven as one, by Run.ID

	headline   []*view.Metric // as it was put together last, and of what
	headlineOf *view.Snapshot
	charted    map[string]bool // metrics, as it was last asked, and of what
	chartedOf  *view.Snapshot
}

// New are the runs of a screen, none of them selected.
func New(s *pane.Screen) *Runs {
	return &Runs{Screen: s, Selected: -1, first: map[int]int{}, open: map[int]bool{}, hidden: map[int]bool{}}
}

// Refresh makes the groups those of the snapshot, and selects a run that there is.
func (s *Runs) Refresh() {
	s.regroup()
	if len(s.Listed) > 0 && s.Run() == nil {
		s.Selected = s.Listed[0].ID
	}
}

// Fold selects a group as a whole unless its runs are shown, and a run by
// itself never so.
func (s *Runs) Fold() {
	g := s.Group()
	s.Whole = len(g) > 1 && (s.Whole || !s.open[s.Selected])
	if s.Whole {
		s.Selected = g[0].ID
	}
}

// All is all runs, whether they pass the filter or not.
func (s *Runs) All() []*view.Run {
	runs := make([]*view.Run, len(s.Snap.Runs))
	for i := range s.Snap.Runs {
		runs[i] = &s.Snap.Runs[i]
	}
	return runs
}

// Run is the selected run, nil if there is none in sight.
func (s *Runs) Run() *view.Run {
	if r := s.Snap.Run(s.Selected); r != nil && s.passes(r) {
		return r
	}
	return nil
}

// Alive is how many runs have not ended.
func (s *Runs) Alive() int {
	n := 0
	for i := range s.Snap.Runs {
		if Goes(&s.Snap.Runs[i]) {
			n++
		}
	}
	return n
}

// Moving says whether the next snapshot is likely to differ.
func (s *Runs) Moving() bool {
	if s.Snap.Busy || s.Snap.Phase == view.PhaseLoading || len(s.Sent()) > 0 {
		return true
	}
	for i := range s.Snap.Runs {
		if r := &s.Snap.Runs[i]; r.State == view.Running || r.Pending != view.Nothing {
			return true
		}
	}
	return false
}

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// Hidden says whether a run's curves are not drawn.
func (s *Runs) Hidden(r *view.Run) bool { return s.hidden[r.ID] }

// ToggleHidden hides the curves of the targets, or shows them where all are hidden.
func (s *Runs) ToggleHidden() {
	runs := s.Targets()
	hide := slices.ContainsFunc(runs, func(r *view.Run) bool { return !s.hidden[r.ID] })
	for _, r := range runs {
		s.hidden[r.ID] = hide
	}
}

// Brush is how a run is drawn everywhere: the runs of a group alike.
func (s *Runs) Brush(r *view.Run) draw.Brush { return s.Theme.Brush(s.Slot(r)) }

// Slot is the number of that brush.
func (s *Runs) Slot(r *view.Run) int {
	if first, ok := s.first[r.ID]; ok {
		return first
	}
	return r.ID
}

// Ink is the ink of a run by its name.
func (s *Runs) Ink(name string) draw.Ink {
	for i := range s.Snap.Runs {
		if r := &s.Snap.Runs[i]; r.Name == name {
			return s.Brush(r).Ink
		}
	}
	return s.Theme.Dim
}

// Label is a run's name, and what it trains with now if the name does not say
// so: sgd→adam.
func Label(r *view.Run) string {
	if r.Method == "" {
		return draw.Clean(r.Name)
	}
	return draw.Clean(r.Name) + "→" + draw.Clean(r.Method)
}
