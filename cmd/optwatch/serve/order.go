package serve

import (
	"context"
	"io"
	"strings"
	"time"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// wordMark is set in the identities of commands that were sent in words, so that
// they are unlike those of a screen on the same seat, which counts from 1.
const wordMark = 1 << 31

// lookEvery is how often a snapshot is taken while an answer is waited for.
const lookEvery = 20 * time.Millisecond

// outcome is what has become of an order.
type outcome struct {
	order
	known bool
	ended int // as an exit status, once it is known
	text  string
}

// carryOut sends orders together, waits until all of them are answered or ctx
// ends, tells what came of each, and says whether all were done.
func (s *Seat) carryOut(ctx context.Context, orders []order, out io.Writer) bool {
	heard := newest(s.Snapshot().Events)
	outcomes := make([]outcome, len(orders))
	for i, o := range orders {
		o.command.ID = s.number<<32 | wordMark | s.asked.Add(1)%wordMark
		outcomes[i] = outcome{order: o}
		if ask := s.Offer(o.command).Ask; ask != "" {
			outcomes[i].settle(refused, "refused: only a screen can ask this first: "+draw.Clean(ask))
			continue
		}
		if err := s.Do(o.command); err != nil {
			outcomes[i].settle(refused, "refused: "+draw.Clean(strings.TrimPrefix(err.Error(), o.to+": ")))
		}
	}
	s.wait(ctx, outcomes, heard)
	all := true
	for i := range outcomes {
		o := &outcomes[i]
		o.settle(refused, "taken, but not carried out yet")
		say(out, o.ended, "%s: %s", draw.Clean(spaced(o.to, o.said)), o.text)
		all = all && o.ended == done
	}
	return all
}

// wait takes snapshots until all orders are answered or ctx ends; heard is the
// number of the latest event before they were sent.
func (s *Seat) wait(ctx context.Context, outcomes []outcome, heard uint64) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		events := s.Snapshot().Events
		missed := len(events) > 0 && events[0].Number > heard+1 // some were dropped unseen
		heard = max(heard, newest(events))
		open := 0
		for i := range outcomes {
			o := &outcomes[i]
			o.hear(events)
			if missed {
				o.settle(refused, "taken, but the log no longer says what became of it")
			}
			if !o.known {
				open++
			}
		}
		if open == 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// hear looks for the answer among the events, the newest first.
func (o *outcome) hear(events []view.Event) {
	for i := len(events) - 1; i >= 0; i-- {
		e := &events[i]
		if e.Command != o.command.ID {
			continue
		}
		text := draw.Clean(e.Text)
		if e.Kind == view.EventRefused {
			o.settle(refused, "refused: "+text)
			return
		}
		if e.Run != o.to { // it is about the run that has begun
			text = spaced(draw.Clean(e.Run), text)
		}
		if text != "" {
			text = ": " + text
		}
		o.settle(done, "done"+text)
		return
	}
}

// settle is what has become of it, unless that is known.
func (o *outcome) settle(ended int, text string) {
	if !o.known {
		o.known, o.ended, o.text = true, ended, text
	}
}

// newest is the number of the latest event; 0 where there is none.
func newest(events []view.Event) uint64 {
	if len(events) == 0 {
		return 0
	}
	return events[len(events)-1].Number
}

// spaced puts a space between two texts, unless one of them is empty.
func spaced(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
