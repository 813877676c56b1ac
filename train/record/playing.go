package record

import (
	"time"

	"optwatch/train/view"
)

// Snapshot is the record at the moment that is being played.
func (p *Player) Snapshot() *view.Snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.tape.position()
	if s := p.latest; s != nil && s.Elapsed == at+p.lead && s.Playback.Playing == p.tape.playing {
		return s
	}
	stopped := p.latest != nil && p.latest.Playback.Playing != p.tape.playing
	moved := p.move(at)
	if p.latest == nil || moved || stopped {
		p.generation++
	}
	p.latest = p.show(at)
	return p.latest
}

// move brings all to a moment, and says whether anything is otherwise there.
func (p *Player) move(at time.Duration) bool {
	moved := p.projector.move(at)
	if p.log.move(at) {
		moved = true
	}
	for _, r := range p.runs {
		if r.move(at, p.axes, p.whole.metrics, p.lead) {
			r.run.Generation = p.generation + 1
			moved = true
		}
	}
	return moved
}

// show is a snapshot of the moment that all has been brought to.
func (p *Player) show(at time.Duration) *view.Snapshot {
	c := p.whole
	s := &view.Snapshot{
		Generation: p.generation, Began: c.Began.Add(-p.lead), Elapsed: at + p.lead,
		Subject: c.shown.Subject, Axes: p.axes, Metrics: c.metrics, Headline: c.shown.Headline, Columns: c.shown.Columns, Pace: c.shown.Pace, Bounded: c.shown.Bounded,
		Events: p.log.lines, Accepts: accepted, Leaving: view.LeavesAsItIs, Busy: p.tape.playing,
		Devices: p.projector.view(), Record: view.Record{Name: c.ID},
		Playback: &view.Playback{From: p.lead, Length: p.tape.length + p.lead, Playing: p.tape.playing, Speed: p.tape.speed, Marks: p.marks},
	}
	s.Phase = view.PhaseEnded
	for _, r := range p.runs {
		if !r.begun {
			continue
		}
		s.Runs = append(s.Runs, r.run)
		if !r.run.State.Ended() {
			s.Phase = view.PhaseTraining
		}
	}
	switch {
	case len(s.Runs) > 0:
	case len(p.runs) == 0 && c.shown.Failure != view.Failure{}:
		s.Phase, s.Failure = view.PhaseFailed, c.shown.Failure
	default:
		s.Phase = view.PhaseLoading
	}
	return s
}
