package follow

import (
	"encoding/json"
	"math"
	"strconv"

	"optwatch/train/view"
)

// Report is everything that was read, with the tags as they were logged. It is
// the JSON output: what is not known or not finite is null.
type Report struct {
	Schema int         `json:"schema"`
	Runs   []RunReport `json:"runs"`
}

// RunReport is what was read of a run.
type RunReport struct {
	Name    string                  `json:"name"`
	Format  string                  `json:"format"`
	Path    string                  `json:"path"`
	State   string                  `json:"state"`
	Reason  string                  `json:"reason"`
	Skipped int                     `json:"skipped"` // records that could not be read
	Config  map[string]string       `json:"config"`
	Metrics map[string]MetricReport `json:"metrics"`
}

// MetricReport is what was logged under a tag.
type MetricReport struct {
	Last  Number        `json:"last"`
	Step  Number        `json:"step"`
	Count int64         `json:"count"`
	Min   Number        `json:"min"`
	Max   Number        `json:"max"`
	Curve []PointReport `json:"curve"`
	// Superseded is what had been logged at a step to which the run went back later.
	Superseded []PointReport `json:"superseded,omitempty"`
}

// PointReport is a point of a curve. Of many points the extremes are kept.
type PointReport struct {
	Step  Number `json:"step"`
	Time  Number `json:"time"` // seconds since 1970
	Value Number `json:"value"`
}

// Number is a number as it was logged: a 32-bit float in as few digits as tell it
// from others.
type Number struct {
	Value float64
	Short bool
}

// MarshalJSON writes null for what is not finite.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(n.Value) || math.IsInf(n.Value, 0) {
		return []byte("null"), nil
	}
	if n.Short {
		return strconv.AppendFloat(nil, n.Value, 'g', -1, 32), nil
	}
	return json.Marshal(n.Value)
}

// Report is what has been read so far.
func (w *Watch) Report() *Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := &Report{Schema: 1, Runs: []RunReport{}}
	for _, r := range w.runs {
		out.Runs = append(out.Runs, r.report())
	}
	return out
}

func (r *run) report() RunReport {
	out := RunReport{
		Name: r.name, Format: r.format.Name, Path: r.path, State: wordOf(r), Reason: r.reason, Skipped: r.bad,
		Config: map[string]string{}, Metrics: map[string]MetricReport{},
	}
	for _, p := range r.config {
		out.Config[p.Key] = p.Text
	}
	for _, c := range r.curves {
		number := func(v float64) Number { return Number{v, c.short} }
		m := MetricReport{
			Last: number(c.last), Step: Number{Value: c.lastAt[onStep]}, Count: c.count, Min: number(c.min), Max: number(c.max), Curve: []PointReport{},
		}
		p := c.all()
		m.Curve = append(m.Curve, p.report(c.short)...)
		if old := r.former[c.tag]; old != nil {
			m.Superseded = old.report(c.short)
		}
		out.Metrics[c.tag] = m
	}
	return out
}

func (p *points) report(short bool) (out []PointReport) {
	for i, v := range p.values {
		at := p.place(i)
		out = append(out, PointReport{Number{Value: at[onStep]}, Number{Value: at[onClock]}, Number{v, short}})
	}
	return out
}

// wordOf is how a run stands, in a word.
func wordOf(r *run) string {
	v := view.Run{State: r.state, Reason: r.reason}
	return v.Standing()
}
