package tui

import (
	"math"
	"sort"

	"optwatch/train"
	"optwatch/tui/draw"
)

// order is how the standings are sorted.
type order int

const (
	asBegun order = iota
	byGap
	byAccuracy
	byName
	orders
)

var orderNames = [orders]string{"", "by f − f*", "by accuracy", "by name"}

// nextSort sorts what has the focus: the clients, or else the standings.
func (m *model) nextSort() {
	if m.focus == paneClients {
		m.roster.next()
		return
	}
	m.sorted = (m.sorted + 1) % orders
	if m.sorted == byAccuracy && headline(m.snap) == trainLoss {
		m.sorted = byName
	}
}

// sort puts groups in the order chosen, by their medians; what is unknown
// comes last.
func (m *model) sort(all []train.Group) {
	key := map[order]func(r *train.RunView) float64{
		byGap:      func(r *train.RunView) float64 { return r.Last.Loss },
		byAccuracy: func(r *train.RunView) float64 { return -m.accuracy(r) },
	}[m.sorted]
	switch {
	case m.sorted == byName:
		sort.SliceStable(all, func(i, j int) bool { return all[i][0].Name < all[j][0].Name })
	case key != nil:
		mid := make(map[int]float64, len(all))
		for _, g := range all {
			_, mid[g[0].ID], _ = g.Spread(valuesOf(g, key))
		}
		sort.SliceStable(all, func(i, j int) bool { return lower(mid[all[i][0].ID], mid[all[j][0].ID]) })
	}
}

func (m *model) accuracy(r *train.RunView) float64 {
	return metrics[headline(m.snap)].value(r.Last, m.base)
}

func lower(a, b float64) bool { return a < b || draw.Known(a) && math.IsNaN(b) }
