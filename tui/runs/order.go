package runs

import (
	"math"
	"slices"
	"sort"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// order is how the groups are sorted: as they were begun, by one of the metrics
// that charts begin with, the last of them first, or by name.
type order struct {
	title  string
	metric *view.Metric
}

func (s *Runs) orders() []order {
	out := []order{{}}
	for _, m := range slices.Backward(s.Headline()) {
		out = append(out, order{"by " + Brief(m), m})
	}
	return append(out, order{title: "by name"})
}

// Brief is a metric in a word or two.
func Brief(m *view.Metric) string {
	if m.Name != "" {
		return draw.Clean(m.Name)
	}
	return Title(m)
}

// Title is a metric as it is called over a chart; by its key where its source
// has no words for it.
func Title(m *view.Metric) string {
	if m.Title != "" {
		return draw.Clean(m.Title)
	}
	return draw.Clean(m.Key)
}

// Order says how the groups are sorted; "" for as they were begun.
func (s *Runs) Order() string {
	if s.order == 0 {
		return ""
	}
	all := s.orders()
	return all[s.order%len(all)].title
}

// NextOrder sorts the groups in the next order.
func (s *Runs) NextOrder() { s.order, s.wish = (s.order+1)%len(s.orders()), "" }

// Wish sorts them in the order with a title as Order has it, as soon as there is such
// a one: metrics come with the runs.
func (s *Runs) Wish(title string) { s.wish = title }

// keepOrder fulfils the wish.
func (s *Runs) keepOrder() {
	for i, o := range s.orders() {
		if s.wish != "" && o.title == s.wish {
			s.order, s.wish = i, ""
		}
	}
}

// sort puts groups in the order chosen, by their medians; what is unknown
// comes last.
func (s *Runs) sort(all []view.Group) {
	s.keepOrder()
	orders := s.orders()
	by := orders[s.order%len(orders)]
	switch {
	case by.title == "":
	case by.metric == nil:
		sort.SliceStable(all, func(i, j int) bool { return all[i][0].Name < all[j][0].Name })
	default:
		mid := make(map[int]float64, len(all))
		for _, g := range all {
			_, mid[g[0].ID], _ = g.Spread(ValuesOf(g, func(r *view.Run) float64 {
				v := r.Last(by.metric.Key)
				if by.metric.Better > 0 {
					return -v
				}
				return v
			}))
		}
		sort.SliceStable(all, func(i, j int) bool { return lower(mid[all[i][0].ID], mid[all[j][0].ID]) })
	}
}

func lower(a, b float64) bool { return a < b || draw.Known(a) && math.IsNaN(b) }

// ValuesOf are a quantity's values in a group. A run of several that broke has none.
func ValuesOf(g view.Group, value func(*view.Run) float64) []float64 {
	out := make([]float64, 0, len(g))
	for _, r := range g {
		if len(g) == 1 || !r.State.Broken() {
			out = append(out, value(r))
		}
	}
	return out
}
