package tui

import (
	"math"
	"sort"

	"optwatch/train"
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

// sort puts runs in the order chosen; what is unknown comes last.
func (m *model) sort(runs []*train.RunView) {
	less := map[order]func(a, b *train.RunView) bool{
		byGap:      func(a, b *train.RunView) bool { return lower(a.Last.Loss, b.Last.Loss) },
		byAccuracy: func(a, b *train.RunView) bool { return lower(-m.accuracy(a), -m.accuracy(b)) },
		byName:     func(a, b *train.RunView) bool { return a.Name < b.Name },
	}[m.sorted]
	if less != nil {
		sort.SliceStable(runs, func(i, j int) bool { return less(runs[i], runs[j]) })
	}
}

func (m *model) accuracy(r *train.RunView) float64 {
	return metrics[headline(m.snap)].value(r.Last, m.base)
}

func lower(a, b float64) bool { return a < b || known(a) && math.IsNaN(b) }
