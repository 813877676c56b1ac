package study

import (
	"errors"

	"optwatch/train/study"
	"optwatch/train/view"
)

// Source is studies as a screen looks at them: a source of no runs, whose time
// is theirs. It belongs to one screen.
type Source struct {
	from study.Source
	view *study.View // the latest
}

var _ view.Source = (*Source)(nil)

// NewSource looks at studies for the first time.
func NewSource(from study.Source) *Source { return &Source{from, from.View()} }

// Snapshot looks at the studies again.
func (s *Source) Snapshot() *view.Snapshot {
	s.view = s.from.View()
	return &view.Snapshot{Elapsed: s.view.Elapsed, Phase: view.PhaseTraining}
}

var errNoCommand = errors.New("studies take no command")

// Do takes no command.
func (s *Source) Do(view.Command) error { return errNoCommand }

// Offer has nothing to offer.
func (s *Source) Offer(view.Command) view.Offer { return view.Offer{Refused: errNoCommand.Error()} }
