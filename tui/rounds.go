package tui

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/train/study/axis"
	"optwatch/tui/chart"
)

// What the axes of rounds and of bytes ask for beside the others.

// along gives a point that is only known by its gradient evaluations the
// rounds and bytes of its run's curve there, and beyond the curve's end those
// on the way to what the run has done by now.
func along(r *train.RunView, p train.Point) train.Point {
	f := r.Federated
	if f == nil {
		return p
	}
	i := sort.Search(len(r.Curve), func(i int) bool { return r.Curve[i].Evals >= p.Evals })
	from, to := train.Point{}, train.Point{Evals: r.Evals, Rounds: int64(f.Round), Bytes: f.Bytes}
	if i > 0 {
		from = r.Curve[i-1]
	}
	if i < len(r.Curve) {
		to = r.Curve[i]
	}
	share := 1.0
	if to.Evals > from.Evals {
		share = min(max(float64(p.Evals-from.Evals)/float64(to.Evals-from.Evals), 0), 1)
	}
	p.Rounds = from.Rounds + int64(math.Round(share*float64(to.Rounds-from.Rounds)))
	p.Bytes = from.Bytes + int64(math.Round(share*float64(to.Bytes-from.Bytes)))
	return p
}

// offAxis names the runs that have no place on the x-axis, in at most w columns.
func (m *model) offAxis(groups []train.Group, w int) string {
	var names []string
	runs := 0
	for _, g := range groups {
		if !m.look.x.takes(g[0]) {
			names = append(names, groupName(g))
			runs += len(g)
		}
	}
	if len(names) == 0 {
		return ""
	}
	what := "no rounds: "
	if m.look.x == xBytes {
		what = "sends nothing: "
	}
	n := strconv.Itoa(runs) + map[bool]string{true: " run", false: " runs"}[runs == 1]
	for _, s := range []string{what + strings.Join(names, ", "), what + n} {
		if ansi.StringWidth(s) <= w {
			return s
		}
	}
	return ""
}

// wholeTicks leaves out the ticks between whole rounds: there is none at 2.5.
func (m *model) wholeTicks(ticks []chart.Tick) []chart.Tick {
	if m.look.x != xRounds {
		return ticks
	}
	s, out := axis.Scale{Log: m.look.logX}, ticks[:0]
	for _, k := range ticks {
		if v := s.Value(k.At); math.Abs(v-math.Round(v)) < 1e-6*max(1, v) {
			out = append(out, k)
		}
	}
	return out
}
