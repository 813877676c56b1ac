package record

import (
	"math"
	"slices"
	"time"

	"optwatch/train/view"
)

// moment is how a run stood: all of a view.Run that changes, but for its state,
// its series and its marks, which have columns and tables of their own.
type moment struct {
	At         map[string]float64 // by the axis' key
	Last       map[string]float64 // by the metric's key
	Settings   []view.Setting
	Method     string
	Recipe     string
	Reason     string
	Pending    view.Pending
	Activity   string
	Elsewhere  view.Elsewhere `json:",omitzero"`
	Rate       float64
	Left       time.Duration // negative where unknown
	Federation *view.Federation
	Diagnosis  *view.Diagnosis
}

// momentOf is how a run stands. What a client's examples are of (Client.Classes)
// never changes and is long, so that it is asked for once a run; a moment that
// has it must then be kept as long as any other of that run.
func momentOf(r *view.Run, axes []view.Axis, classes bool) moment {
	m := moment{
		At: map[string]float64{}, Last: map[string]float64{},
		Settings: r.Settings, Method: r.Method, Recipe: r.Recipe, Reason: r.Reason,
		Pending: r.Pending, Activity: r.Activity, Rate: r.Rate, Left: r.Left,
		Elsewhere: r.Elsewhere, Federation: r.Federation, Diagnosis: r.Diagnosis,
	}
	for i, at := range r.At[:min(len(r.At), len(axes))] {
		if !math.IsNaN(at) {
			m.At[axes[i].Key] = at
		}
	}
	for i := range r.Series {
		m.Last[r.Series[i].Metric] = r.Series[i].Last
	}
	if !classes && r.Federation != nil {
		f := *r.Federation
		f.Clients = slices.Clone(f.Clients)
		for i := range f.Clients {
			f.Clients[i].Classes = nil
		}
		m.Federation = &f
	}
	return m
}

// restore makes a run stand as it did, but for the last values of its series.
func (m *moment) restore(r *view.Run, axes []view.Axis) {
	r.Settings, r.Method, r.Recipe, r.Reason = m.Settings, m.Method, m.Recipe, m.Reason
	r.Pending, r.Activity, r.Rate, r.Left = m.Pending, m.Activity, m.Rate, m.Left
	r.Elsewhere, r.Federation, r.Diagnosis = m.Elsewhere, m.Federation, m.Diagnosis
	r.At = make([]float64, len(axes))
	for i, a := range axes {
		r.At[i] = valueOf(m.At, a.Key)
	}
}

// valueOf is a value by its key; NaN where there is none.
func valueOf(values map[string]float64, key string) float64 {
	if v, ok := values[key]; ok {
		return v
	}
	return math.NaN()
}

// shown is what a screen must know of a source as a whole.
type shown struct {
	Subject  view.Subject
	Headline []string
	Columns  []view.Column
	Pace     string
	Failure  view.Failure
	Bounded  bool
	Order    []int // in which runs are listed, by their IDs; nil for that of these
}

func shownOf(s *view.Snapshot) shown {
	return shown{s.Subject, s.Headline, s.Columns, s.Pace, s.Failure, s.Bounded, orderOf(s.Runs)}
}

func orderOf(runs []view.Run) []int {
	order := make([]int, len(runs))
	for i := range runs {
		order[i] = runs[i].ID
	}
	if slices.IsSorted(order) {
		return nil
	}
	return order
}
