package record

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"optwatch/train/view"
)

// Player plays a record. It has read it all when it begins, but for how runs and
// devices stood, which it asks the record for when it comes to that; so it must
// be done before its Reader is closed. What has been written since it began is
// not played.
//
// Axes and metrics are those that were declared last: what is drawn behind a
// curve, such as the value at the optimum, may have become known later than what
// is shown. All else is never of a later time than that.
type Player struct {
	mu         sync.Mutex
	reader     *Reader
	whole      *contents
	axes       []view.Axis
	marks      []time.Duration
	tape       tape          // in the time of the record
	lead       time.Duration // how much earlier than that the time begins that is shown
	runs       []*played
	log        logged
	projector  projector
	generation uint64
	latest     *view.Snapshot
}

var _ view.Source = (*Player)(nil)

// Player is a source that plays the record from its beginning, in its own time.
func (r *Reader) Player() (*Player, error) { return r.player(time.Now) }

func (r *Reader) player(now func() time.Time) (*Player, error) {
	c, err := r.load()
	if err != nil {
		return nil, err
	}
	p := &Player{reader: r, whole: c, axes: c.declared(), tape: tape{length: c.length(), now: now, speed: 1}}
	p.lead = c.lead()
	c.delay(p.lead)
	for i := range c.metrics {
		c.metrics[i].Progress = view.Progress{} // nothing is waited for any more
	}
	for _, run := range c.runs {
		p.runs = append(p.runs, newPlayed(r, run))
	}
	slices.SortStableFunc(p.runs, func(a, b *played) int { return cmp.Compare(c.shown.rank(a.ID), c.shown.rank(b.ID)) })
	p.log.recorded = c.events
	p.projector = projector{reader: r, name: c.ID, lines: c.devices}
	for _, at := range c.worthSeeking() {
		p.marks = append(p.marks, at+p.lead)
	}
	p.tape.play()
	return p, nil
}

// rank is where a run is listed. Those that the order does not tell come last.
func (s *shown) rank(run int) int {
	if i := slices.Index(s.Order, run); i >= 0 || s.Order == nil {
		return i
	}
	return len(s.Order)
}

// apart is how far two marks that are worth seeking are apart at least: what
// happens makes a line of the log and a mark of its run at nearly the same time.
const apart = 100 * time.Millisecond

// worthSeeking is when something happened.
func (c *contents) worthSeeking() []time.Duration {
	var all []time.Duration
	for _, e := range c.events {
		if e.what.Kind != view.EventInfo && e.what.Kind != view.EventRefused {
			all = append(all, e.at)
		}
	}
	for _, r := range c.runs {
		for _, m := range r.marks {
			all = append(all, m.at)
		}
	}
	slices.Sort(all)
	var marks []time.Duration
	for _, at := range all {
		if n := len(marks); n == 0 || at-marks[n-1] >= apart {
			marks = append(marks, at)
		}
	}
	return marks
}

// Do takes view.Play, Freeze, Speed and Seek.
func (p *Player) Do(c view.Command) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	told := c
	if c.Kind == view.Seek {
		told.Value -= p.lead.Seconds()
	}
	if err := p.tape.do(told); err != nil {
		return err
	}
	p.log.answer(c.ID, p.tape.at+p.lead)
	p.latest = nil
	return nil
}

// accepted are the commands that a player takes.
var accepted = []view.CommandKind{view.Play, view.Freeze, view.Speed, view.Seek}

// Offer says nothing: a player offers no choices.
func (p *Player) Offer(c view.Command) view.Offer {
	if !slices.Contains(accepted, c.Kind) {
		return view.Offer{Refused: (&tape{}).do(c).Error()}
	}
	return view.Offer{}
}
