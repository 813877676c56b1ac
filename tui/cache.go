package tui

import (
	"math"
	"slices"
)

// cached is a chart as it was drawn last, and what it was drawn from.
type cached struct {
	key   chartKey
	lines []string
}

// chartKey is everything that a chart's picture follows from. Equal keys,
// equal pictures.
type chartKey struct {
	place    placed
	look     look
	view     view
	focused  bool
	selected int
	whole    bool
	behind   string
	data     uint64
}

func (m *model) chartKey(q placed) chartKey {
	behind, _ := m.behind(q)
	return chartKey{q, m.look, m.views[q.pane], m.focus == q.pane, m.selected, m.groups.whole, behind, m.dataKey(m.shows(q.pane))}
}

// dataKey is a digest of what a chart draws of the snapshot: curves never
// change below their length, so their ends tell.
func (m *model) dataKey(id metricID) uint64 {
	h := digest(14695981039346656037)
	s := m.snap
	h.add(uint64(id), uint64(s.Phase), uint64(s.Optimum.State), uint64(s.Optimum.Evaluations), uint64(s.Data.Train))
	h.add(math.Float64bits(m.base.value), math.Float64bits(m.base.floor))
	h.add(math.Float64bits(s.Optimum.ValAccuracy), math.Float64bits(s.Optimum.TestAccuracy))
	if n := len(m.told.marks); n > 0 {
		e := s.Devices.Events
		h.add(uint64(n), uint64(e[0].At.UnixNano()), uint64(e[len(e)-1].At.UnixNano()))
	}
	groups := m.drawn()
	for _, g := range groups {
		h.add(uint64(len(g)))
	}
	for _, r := range slices.Concat(groups...) {
		h.add(uint64(r.ID), uint64(r.State), uint64(len(r.Curve)), uint64(len(r.Marks)))
		if n := len(r.Curve); n > 0 {
			last := r.Curve[n-1]
			h.add(uint64(last.Evals), math.Float64bits(last.Elapsed), math.Float64bits(last.Loss))
		}
		if f := r.Federated; f != nil && m.look.x >= xRounds {
			h.add(uint64(r.Evals), uint64(f.Round), uint64(f.Bytes))
		}
		if n := len(r.Trace); n > 0 && id == trainLoss {
			h.add(uint64(n), uint64(r.Trace[n-1].Evals), math.Float64bits(r.Trace[n-1].Mean))
		}
	}
	return uint64(h)
}

// digest is FNV-1a over words.
type digest uint64

func (h *digest) add(words ...uint64) {
	for _, w := range words {
		*h = (*h ^ digest(w)) * 1099511628211
	}
}
