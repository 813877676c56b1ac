package train

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
)

// sampler is a stream over n rows that goes on from where it was.
func (s SamplerState) sampler(n int, replace bool) (*sampler, error) {
	if err := s.check(n, replace); err != nil {
		return nil, err
	}
	out := newSampler(n, s.Seed, 0)
	out.pcg, out.replace, out.order, out.at = *rand.NewPCG(s.PCG[0], s.PCG[1]), s.Replace, slices.Clone(s.Order), s.At
	return out, nil
}

// check says what is wrong with a stream: the order of an epoch has every row once.
func (s SamplerState) check(n int, replace bool) error {
	if s.Replace != replace {
		return errors.New("its rows are drawn in another way than its stage draws them")
	}
	if len(s.Order) != 0 && len(s.Order) != n || s.At < 0 || s.At > len(s.Order) {
		return fmt.Errorf("its epoch has %d rows and is at %d of them; there are %d", len(s.Order), s.At, n)
	}
	seen := make([]bool, n)
	for _, row := range s.Order {
		if row < 0 || int(row) >= n || seen[row] {
			return fmt.Errorf("its epoch has row %d twice, or there is no such row", row)
		}
		seen[row] = true
	}
	return nil
}

// probe is the probe of a run that goes on from where it was; nil if there was none.
func (s *ProbeState) probe(r *run) (*probe, error) {
	if s == nil {
		return nil, nil
	}
	n, d := r.oracle.Len(), r.oracle.Dim()
	stream, err := s.Sampler.sampler(n, true)
	if err != nil {
		return nil, fmt.Errorf("of its probe: %w", err)
	}
	p := &probe{
		sampler: stream, share: probeShare, first: s.First, spent: s.Spent, charged: s.Charged, seconds: s.Seconds, size: s.Size, hold: s.Hold,
		noise: s.Noise, sharp: s.Sharp, watch: s.Watch, view: s.View,
		clients: s.Clients, recipe: s.Recipe, since: s.Since, before: slices.Clone(s.Before), at: s.At, waiting: s.Waiting,
	}
	p.sharp.V = slices.Clone(s.Sharp.V)
	if s.Known {
		p.estimator = r.stage.estimator
	}
	switch {
	case n < probeGroups || s.Size < probeGroups || s.Size != p.bounded(s.Size, n):
		return nil, fmt.Errorf("its probe looks at %d of %d examples", s.Size, n)
	case len(p.sharp.V) != 0 && len(p.sharp.V) != d, len(p.before) != 0 && len(p.before) != d, s.Waiting && len(p.before) == 0:
		return nil, errors.New("a vector of its probe has another length than θ")
	}
	return p, nil
}
