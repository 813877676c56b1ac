package hub

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"optwatch/fed/bucket"
	"optwatch/fed/wire"
)

// The streams are there, and one coordinator alone says something on them.

// setUp makes the streams and buckets that are not there, and counts a life of the
// coordinator: at its start, or where the store that knew of it is lost.
func (c *carrier) setUp(starts bool) error {
	c.setting.Lock()
	defer c.setting.Unlock()
	ctx, cancel := context.WithTimeout(c.hub.ctx, 4*replyIn)
	defer cancel()
	s := c.hub.subjects
	down, err := c.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: s.DownStream(), Subjects: []string{s.Say(s.All())}, MaxMsgsPerSubject: 1, Storage: jetstream.FileStorage, AllowDirect: true, Duplicates: sameMessage,
		SubjectTransform: &jetstream.SubjectTransformConfig{Source: s.Say(s.All()), Destination: s.All()},
	})
	if err != nil {
		return fmt.Errorf("the stream of tasks: %w", err)
	}
	_, err = c.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: s.UpStream(), Subjects: []string{s.Up("*", "*")}, MaxMsgsPerSubject: 2, Storage: jetstream.FileStorage, Duplicates: sameMessage,
		MaxBytes: c.hub.mostUp(),
	})
	if err != nil {
		return fmt.Errorf("the stream of updates: %w", err)
	}
	long := bucket.Config(s.Bucket(), s.SayLong(s.All()), -1) // one θ, c and cₖ of each client of each run
	long.SubjectTransform = &jetstream.SubjectTransformConfig{Source: s.SayLong(s.All()), Destination: s.Long(s.All())}
	if _, err := c.js.CreateOrUpdateStream(ctx, long); err != nil {
		return fmt.Errorf("the bucket of vectors: %w", err)
	}
	c.mu.Lock()
	c.down = down
	clear(c.buckets)
	c.mu.Unlock()
	if err := c.takeOver(ctx, starts); err != nil {
		return err
	}
	return c.receive(ctx)
}

// takeOver puts this life of the coordinator onto the subject of epochs, after the
// one that it has seen there: of two that try at once, one fails. Where ours is
// there already, it is not fenced off.
func (c *carrier) takeOver(ctx context.Context, starts bool) error {
	last, sequence, err := c.lastLife(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	mine := c.mine
	c.mu.Unlock()
	switch {
	case starts:
		if mine.Epoch, err = c.hub.live(last.Epoch); err != nil {
			return err
		}
	case last.Epoch > mine.Epoch, last.Epoch == mine.Epoch && last.Process != mine.Process:
		return errFenced
	case last == mine:
		c.mu.Lock()
		c.sequence = sequence
		c.mu.Unlock()
		return nil
	}
	l, err := c.seal(wire.KindLife, mine, nil)
	if err != nil {
		return err
	}
	s := c.hub.subjects
	ack, err := c.js.Publish(ctx, s.Say(s.Epoch()), l, jetstream.WithExpectLastSequenceForSubject(sequence, s.Epoch()))
	if err != nil {
		return fmt.Errorf("the epoch: %w", err)
	}
	c.mu.Lock()
	c.mine, c.sequence = mine, ack.Sequence
	c.mu.Unlock()
	if starts {
		return c.forget(ctx)
	}
	return nil
}

// forget withdraws what coordinators before have asked.
func (c *carrier) forget(ctx context.Context) error {
	for _, subject := range c.hub.subjects.Down() {
		if subject == c.hub.subjects.Epoch() {
			continue
		}
		if err := c.down.Purge(ctx, jetstream.WithPurgeSubject(subject)); err != nil {
			return fmt.Errorf("what was asked before: %w", err)
		}
	}
	return nil
}
