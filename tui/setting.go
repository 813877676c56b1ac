package tui

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"optwatch/train"
	"optwatch/tui/draw"
)

// The keys that change a number of what is trained, in steps.

// changeLR sets the learning rate by a factor, rounded so that there and back
// is where it was.
func (m *model) changeLR(key string) {
	factor := 1.25
	if key == "[" {
		factor = 1 / factor
	}
	m.change(train.SetLR, goes, func(r *train.RunView) (was, value float64, err error) {
		was = m.coming(train.SetLR, r.ID, r.LR)
		value, err = strconv.ParseFloat(strconv.FormatFloat(was*factor, 'g', 6, 64), 64)
		if err != nil || !(value > 0) || math.IsInf(value, 0) {
			err = fmt.Errorf("%s: the learning rate cannot go further than %g", draw.Clean(r.Name), was)
		}
		return r.LR, value, err
	})
}

// changeBatch doubles or halves the batch size; the smallest is 1.
func (m *model) changeBatch(key string) {
	m.change(train.SetBatch, batched, func(r *train.RunView) (was, value float64, err error) {
		was = m.coming(train.SetBatch, r.ID, float64(r.Batch))
		value = 2 * was
		if key == "{" {
			value = math.Floor(was / 2)
		}
		if value < 1 {
			err = errors.New(draw.Clean(r.Name) + ": the batch size is 1, the smallest there is")
		}
		return float64(r.Batch), value, err
	})
}

// change sends a setting to those of the targets that a condition holds for,
// and remembers it until they have it.
func (m *model) change(k train.CommandKind, to func(*train.RunView) bool, next func(*train.RunView) (was, value float64, err error)) {
	m.hold()
	for _, r := range m.targets() {
		if !to(r) {
			continue
		}
		was, value, err := next(r)
		if err != nil {
			m.fail(err)
			return
		}
		c := train.Command{Kind: k, Run: r.ID, Value: value}
		if !m.send(c) {
			return
		}
		m.remember(c, was)
	}
}

// setting is a change on its way to a run. A key pressed again before it has
// arrived goes on from it.
type setting struct {
	train.Command
	past  []float64 // what the run may still show: the values before
	until time.Time
}

// about says whether a setting is on its way from a value of a run.
func (s setting) about(k train.CommandKind, run int, value float64) bool {
	return s.Kind == k && s.Run == run && (value == s.Value || slices.Contains(s.past, value))
}

// remember notes a change that was sent to a run which shows a value.
func (m *model) remember(c train.Command, was float64) {
	next := setting{c, []float64{was}, m.now.Add(2 * time.Second)}
	for _, s := range m.sets {
		if s.about(c.Kind, c.Run, was) {
			next.past = append(s.past, s.Value)
		}
	}
	m.sets = slices.DeleteFunc(m.sets, func(s setting) bool { return s.Run == c.Run && s.Kind == c.Kind })
	m.sets = append(m.sets, next)
}

// coming is a value as it will be.
func (m *model) coming(k train.CommandKind, run int, value float64) float64 {
	for _, s := range m.sets {
		if s.about(k, run, value) {
			return s.Value
		}
	}
	return value
}
