package serve

import (
	"errors"
	"slices"
	"sync/atomic"

	"optwatch/train/view"
)

// Seat is the source as one viewer has it: snapshots say who looks and who
// drives, and what leaving means; commands of one who may only look are refused.
type Seat struct {
	audience *Audience
	number   uint64
	name     string
	role     Role
	holds    bool          // all ends when this viewer leaves
	asked    atomic.Uint64 // commands sent in words

	// What was seen last, and of what it was made; Audience.mu.
	from, made *view.Snapshot
	at         uint64 // Audience.changes
}

var _ view.Source = (*Seat)(nil)

// Number tells the commands of this viewer from those of others: it is tui.Terminal's Viewer.
func (s *Seat) Number() uint64 { return s.number }

// Name is what the viewer is called, unlike everybody else who is there.
func (s *Seat) Name() string { return s.name }

// Snapshot is that of the source, for this viewer.
func (s *Seat) Snapshot() *view.Snapshot {
	a := s.audience
	from := a.house.Source.Snapshot()
	record := from.Record
	if a.house.Record != nil {
		record = a.house.Record()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tellLocked(record)
	if s.from != from || s.at != a.changes {
		s.from, s.made, s.at = from, s.seeLocked(from), a.changes
	}
	return s.made
}

// seeLocked is a snapshot of the source with what is this viewer's own. Both
// generations only rise, so their sum rises with either. The caller holds
// Audience.mu.
func (s *Seat) seeLocked(from *view.Snapshot) *view.Snapshot {
	a, out := s.audience, *from
	out.Generation += a.changes
	if s.made != nil && s.at == a.changes {
		out.People = s.made.People
	} else {
		out.People = a.peopleLocked(s)
	}
	out.Record = a.told
	switch {
	case s.role != Operator:
		out.Accepts, out.Leaving = nil, view.LeavesAsItIs
		out.Joining = withoutSecret(out.Joining)
	case s.holds: // quitting means what the source says
	case a.house.Finish != nil:
		out.Leaving = goesOn(from.Leaving)
		if !slices.Contains(out.Accepts, view.Finish) {
			out.Accepts = append(slices.Clip(out.Accepts), view.Finish)
		}
	}
	return &out
}

// goesOn is what it means to leave what outlives its viewers, of a source that by
// itself would end with them, or would lose nothing.
func goesOn(leaving view.Leaving) view.Leaving {
	if leaving == view.LeavesAsItIs {
		return view.LeavesWatching
	}
	return view.LeavesGoing
}

// What a seat has against commands.
var (
	errReadOnly = errors.New("read-only: you may look, but only an operator drives")
	errLeft     = errors.New("you have left")
)

// Do hands a command on, unless the viewer may only look.
func (s *Seat) Do(c view.Command) error {
	h := &s.audience.house
	switch {
	case s.role != Operator:
		return errReadOnly
	case !s.audience.has(s):
		return errLeft
	case c.Kind == view.Finish && h.Finish != nil:
		h.Finish(s.name)
		return nil
	}
	if h.Commanded != nil {
		h.Commanded(s.name, c)
	}
	err := h.Source.Do(c)
	if err != nil && h.Refused != nil {
		h.Refused(s.name, c, err)
	}
	return err
}

// Offer is that of the source.
func (s *Seat) Offer(c view.Command) view.Offer {
	if s.role != Operator {
		return view.Offer{Refused: errReadOnly.Error()}
	}
	return s.audience.house.Source.Offer(c)
}

// Leave gives the seat up: no command goes through it any more.
func (s *Seat) Leave() { s.audience.leave(s) }
