package race

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"optwatch/tui/pane"
)

// kept is how a race was left. That one pane had the screen for itself is no part of
// it: to look closer at something is of the moment.
type kept struct {
	Focus   int        `json:"focus"`
	Recent  []int      `json:"recent,omitempty"` // panes, the one on top first
	Grid    grid       `json:"grid,omitempty"`
	Axis    string     `json:"axis,omitempty"`
	LogX    *bool      `json:"log_x,omitempty"` // nil where it was not chosen
	Smooth  int        `json:"smooth,omitempty"`
	Metrics []string   `json:"metrics"`           // of the charts; "" for what they begin with
	Flipped [][]string `json:"flipped,omitempty"` // metrics on the other scale, of each chart
	Order   string     `json:"order,omitempty"`
	Clients string     `json:"clients,omitempty"` // their order
}

// sorted is a pane whose order can be said and asked for by its name.
type sorted interface {
	Order() string
	SetOrder(name string)
}

// keeper keeps how a race is left, and restores it.
type keeper struct {
	race *Race
	due  *kept // what is restored once there is something to look at
}

// Keep is how the race is now.
func (k *keeper) Keep() any {
	q := k.race
	out := kept{Focus: q.Focus, Recent: q.recent, Grid: q.grid, Axis: cmp.Or(q.leftKey, q.key), Smooth: q.smooth, Order: q.Order()}
	if q.chosenX {
		out.LogX = &q.logX
	}
	for _, c := range q.charts {
		out.Metrics = append(out.Metrics, c.chosen)
		var flipped []string
		for _, key := range slices.Sorted(maps.Keys(c.flipped)) {
			if c.flipped[key] {
				flipped = append(flipped, key)
			}
		}
		out.Flipped = append(out.Flipped, flipped)
	}
	if c := k.clients(); c != nil {
		out.Clients = c.Order()
	}
	return out
}

func (k *keeper) clients() sorted {
	if len(k.race.panes) <= paneClients {
		return nil
	}
	c, _ := k.race.panes[paneClients].(sorted)
	return c
}

// Restore takes in what was kept. What needs something to look at waits for it, and
// gives way to whatever is pressed before.
func (k *keeper) Restore(text []byte) {
	q, in := k.race, kept{}
	if json.Unmarshal(text, &in) != nil {
		return
	}
	q.smooth = min(max(in.Smooth, 0), len(smoothing)-1)
	q.grid = min(max(in.Grid, 0), grids-1)
	if in.LogX != nil {
		q.logX, q.chosenX = *in.LogX, true
	}
	for i, c := range q.charts {
		if i < len(in.Metrics) {
			c.chosen = in.Metrics[i]
		}
		if i < len(in.Flipped) {
			for _, key := range in.Flipped[i] {
				c.flipped[key] = true
			}
		}
	}
	q.Wish(in.Order)
	if c := k.clients(); c != nil {
		c.SetOrder(in.Clients)
	}
	k.due = &in
	k.Follow()
}

// Follow restores what has waited, once.
func (k *keeper) Follow() {
	q, in := k.race, k.due
	if in == nil || !q.Ready() {
		return
	}
	k.due = nil
	if at := q.Snap.Axis(in.Axis); at >= 0 && q.offered(at) {
		q.key = in.Axis
	}
	there := func(p int) bool { return p >= 0 && p < len(q.panes) && q.panes[p].There() }
	for _, p := range slices.Backward(in.Recent) {
		if there(p) {
			q.recent = slices.Insert(slices.DeleteFunc(q.recent, func(o int) bool { return o == p }), 0, p)
		}
	}
	if there(in.Focus) {
		q.Focus = in.Focus
	}
}

var _ pane.Keeper = (*Race)(nil)
