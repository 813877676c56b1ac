package device

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Examination is what Examine finds about the backends of this machine.
type Examination struct {
	Failures  []string // why the backends that were tried before could not be opened
	Backend   string   // "none" if none could be; then there are no Devices
	Diagnosis Diagnosis
	Devices   []Device
	Opening   time.Duration // how long it took to open it
	Costs     []Cost
	Last      Frame // with all tiers
}

// Cost is what one sample of all devices takes.
type Cost struct {
	Name   string // of the tier
	Period time.Duration
	Median time.Duration // of several samples
	Most   time.Duration
}

// samples is how many samples of each tier are timed.
const samples = 5

// Examine opens the first backend that has devices and times its samples, for a
// user who wants to know what is wrong or slow. It waits for the driver at most
// until the context ends, and then says which call has not returned.
func Examine(ctx context.Context, samplers []Sampler) (*Examination, error) {
	type result struct {
		e   *Examination
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- result{err: fmt.Errorf("a backend panicked: %v", p)}
			}
		}()
		e, err := examine(ctx, samplers)
		done <- result{e, err}
	}()
	select {
	case r := <-done:
		return r.e, r.err
	case <-ctx.Done():
		for _, s := range samplers {
			id, call := s.Asking()
			if call == "" {
				continue
			}
			if id != "" {
				call += " of " + string(id)
			}
			return nil, fmt.Errorf("%s: %s has not returned: %w", s.Name(), call, ctx.Err())
		}
		return nil, ctx.Err()
	}
}

func examine(ctx context.Context, samplers []Sampler) (*Examination, error) {
	e := &Examination{Backend: "none"}
	var open Sampler
	for _, s := range samplers {
		began := time.Now()
		_, devices, err := OpenFirst(ctx, []Sampler{s})
		if err != nil {
			var none noneError
			if errors.As(err, &none) && len(none) == 1 {
				err = none[0]
			}
			e.Failures = append(e.Failures, err.Error())
			continue
		}
		open, e.Opening = s, time.Since(began)
		e.Backend, e.Diagnosis, e.Devices = s.Name(), s.Diagnosis(), devices
		break
	}
	if open == nil {
		return e, nil
	}
	defer open.Close()
	for _, tier := range []struct {
		name  string
		tiers Tier
	}{{"fast", Fast}, {"processes", Processes}, {"slow", Slow}} {
		cost, err := measure(ctx, open, tier.tiers)
		if err != nil {
			return e, err
		}
		cost.Name = tier.name
		e.Costs = append(e.Costs, cost)
	}
	var err error
	e.Last, err = open.Sample(ctx, AllTiers)
	return e, err
}

// measure times some samples.
func measure(ctx context.Context, s Sampler, tiers Tier) (Cost, error) {
	var times []time.Duration
	for range samples {
		began := time.Now()
		if _, err := s.Sample(ctx, tiers); err != nil {
			return Cost{}, err
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	return Cost{Period: tiers.Period(), Median: times[len(times)/2], Most: times[len(times)-1]}, nil
}

// Lacking names the metrics of a device that have no value, by the reason.
func (s *Sample) Lacking(q Quality) []string {
	var names []string
	for m := range Metrics {
		if s.Readings[m].Quality == q {
			names = append(names, m.Title())
		}
	}
	return names
}
