package serve

import (
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// The answer to "status --json", schema 1. Numbers that are not known are null.

type statusReport struct {
	Schema  int            `json:"schema"`
	Phase   string         `json:"phase"` // loading, training, ended or failed
	Failure string         `json:"failure"`
	Name    string         `json:"name"` // of the data
	Title   string         `json:"title"`
	Seconds float64        `json:"seconds"` // since it began
	Record  string         `json:"record"`
	Trouble string         `json:"trouble"` // why what happens now may be lost
	People  []statusPerson `json:"people"`
	Runs    []statusRun    `json:"runs"`
	Joining *statusJoining `json:"joining,omitempty"` // how clients come from other machines
}

type statusPerson struct {
	Name   string `json:"name"`
	Self   bool   `json:"self"`
	Drives bool   `json:"drives"`
}

type statusRun struct {
	Name     string              `json:"name"`
	Method   string              `json:"method"` // where it is another than the name says
	Recipe   string              `json:"recipe"`
	State    string              `json:"state"`
	Pending  string              `json:"pending"`
	Activity string              `json:"activity"`
	Reason   string              `json:"reason"`
	At       map[string]*float64 `json:"at"` // by the keys of the axes, and so on
	Settings map[string]*float64 `json:"settings"`
	Metrics  map[string]*float64 `json:"metrics"`
	Rate     *float64            `json:"rate"` // places a second along the axis of the pace
	Left     *float64            `json:"left"` // seconds
}

// statusOf is a snapshot in short.
func statusOf(s *view.Snapshot) statusReport {
	out := statusReport{
		Schema: 1, Phase: phaseWords[s.Phase], Failure: draw.Clean(s.Failure.Reason),
		Name: draw.Clean(s.Subject.Name), Title: draw.Clean(s.Subject.Title), Seconds: s.Elapsed.Seconds(),
		Record: draw.Clean(s.Record.Name), Trouble: draw.Clean(s.Record.Trouble),
		People: []statusPerson{}, Runs: []statusRun{}, Joining: statusOfJoining(s.Joining),
	}
	for _, p := range s.People {
		out.People = append(out.People, statusPerson{draw.Clean(p.Name), p.Self, p.Drives})
	}
	for i := range s.Runs {
		out.Runs = append(out.Runs, statusOfRun(s, &s.Runs[i]))
	}
	return out
}

func statusOfRun(s *view.Snapshot, r *view.Run) statusRun {
	out := statusRun{
		Name: draw.Clean(r.Name), Method: draw.Clean(r.Method), Recipe: draw.Clean(r.Recipe),
		State: r.State.String(), Pending: r.Pending.String(), Activity: draw.Clean(r.Activity), Reason: draw.Clean(r.Reason),
		At: map[string]*float64{}, Settings: map[string]*float64{}, Metrics: map[string]*float64{},
		Rate: orNull(r.Rate),
	}
	if r.Left >= 0 {
		out.Left = orNull(r.Left.Seconds())
	}
	for i := range s.Axes {
		out.At[draw.Clean(s.Axes[i].Key)] = orNull(r.Place(i))
	}
	for _, k := range r.Settings {
		out.Settings[draw.Clean(k.Key)] = orNull(k.Value)
	}
	for i := range r.Series {
		out.Metrics[draw.Clean(r.Series[i].Metric)] = orNull(r.Series[i].Last)
	}
	return out
}

// orNull is a number for JSON, which has no form for one that is not finite.
func orNull(v float64) *float64 {
	if !draw.Known(v) {
		return nil
	}
	return &v
}
