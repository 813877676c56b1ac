package record

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"optwatch/train/view"
)

// The whole of a record as JSON, with the keys of its tables.
type (
	jsonExperiment struct {
		Schema       int
		ID           string
		Name         string
		Status       string
		Began        string
		Written      string
		Elapsed      time.Duration
		Program      string
		Kernels      string
		Architecture string
		Host         string
		Data         string
		DataDigest   string
		Inexact      bool
		Shown        shown
		Axes         []view.Axis
		Metrics      []view.Metric
	}

	jsonRun struct {
		ID     int
		Name   string
		Recipe string
		Method string
		Family string
		Seed   uint64
		State  view.State
		Reason string

		// Of a run that another program trains.
		Path       string
		Parameters []view.Parameter
		Output     []string

		Curves []jsonCurve
		Marks  []jsonMark
	}

	// jsonCurve has lists of the same length, with null for what is not known.
	jsonCurve struct {
		Metric string
		At     map[string][]float64 // by the axis' key
		Value  []float64
		Low    []float64
		High   []float64
	}

	jsonMark struct {
		Kind view.EventKind
		At   map[string]float64
		Text string
	}

	jsonEvent struct {
		Number  uint64
		Elapsed time.Duration
		Run     string
		Kind    view.EventKind
		Text    string
	}

	jsonCommand struct {
		At      string
		Elapsed float64
		Who     string
		Run     string
		What    string
		Outcome string // "" while that is open
	}
)

// WriteJSON writes all but checkpoints and devices as one JSON object.
func (r *Reader) WriteJSON(w io.Writer) error {
	c, err := r.load()
	if err != nil {
		return err
	}
	out := &jsonWriter{w: bufio.NewWriter(w)}
	whole := encode(experimentOf(c))
	out.text(whole[:len(whole)-1]) // without its closing brace
	out.text(`,"configuration":` + raw(c.Configuration))
	out.text(`,"runs":[`)
	for i, run := range c.runs {
		if err := r.writeRun(out, i, run, c.axes); err != nil {
			return err
		}
	}
	out.text(`],"events":[`)
	for i, e := range c.events {
		e := e.what
		out.item(i, encode(jsonEvent{e.Number, e.Elapsed, e.Run, e.Kind, e.Text}))
	}
	out.text(`],"commands":[`)
	if err := r.eachCommand(out.item); err != nil {
		return err
	}
	out.text("]}\n")
	return out.w.Flush()
}

func experimentOf(c *contents) jsonExperiment {
	return jsonExperiment{
		version, c.ID, c.Name, c.Status.String(), stamp(c.Began), stamp(c.Written), c.Elapsed, c.Program, c.Kernels, c.Architecture,
		c.Host, c.Data, c.Digest, c.Inexact, c.shown, c.declared(), c.metrics,
	}
}

// stamp is a time as records have it; "" where it is not known.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return timeText(t)
}

// writeRun writes a run, and how it stood at its moments.
func (r *Reader) writeRun(out *jsonWriter, i int, run *recorded, axes []axis) error {
	j := jsonRun{
		ID: run.ID, Name: run.Name, Recipe: run.Recipe, Method: run.Method, Family: run.Group, Seed: run.Seed,
		State: run.State, Reason: run.Reason, Path: run.Path, Parameters: run.Parameters,
	}
	for _, line := range run.lines {
		j.Output = append(j.Output, line.what)
	}
	for k := range run.series {
		s := &run.series[k]
		curve := jsonCurve{Metric: s.Metric, At: map[string][]float64{}, Value: s.Values, Low: s.Low, High: s.High}
		for axis, places := range s.Places {
			if places != nil {
				curve.At[axes[axis].Key] = places
			}
		}
		j.Curves = append(j.Curves, curve)
	}
	for _, m := range run.marks {
		mark := jsonMark{Kind: m.what.Kind, At: map[string]float64{}, Text: m.what.Text}
		for axis, at := range m.what.Places {
			mark.At[axes[axis].Key] = at
		}
		j.Marks = append(j.Marks, mark)
	}
	text := encode(j)
	out.item(i, text[:len(text)-1])
	out.text(`,"moments":[`)
	if err := r.eachMoment(run.ID, out.item); err != nil {
		return err
	}
	out.text("]}")
	return nil
}

// eachMoment calls f for each moment of a run, as JSON.
func (r *Reader) eachMoment(run int, f func(i int, text string)) error {
	i := 0
	return r.query(func(scan func(...any) error) error {
		var elapsed real
		var state, shown string
		if err := scan(&elapsed, &state, &shown); err != nil {
			return err
		}
		f(i, fmt.Sprintf(`{"elapsed":%s,"state":%s,"shown":%s}`, encode(float64(elapsed)), encode(state), raw([]byte(shown))))
		i++
		return nil
	}, "SELECT elapsed, "+cut("state")+", "+shownColumn+" FROM moments WHERE run = ? ORDER BY elapsed", run)
}

// eachCommand calls f for each command, as JSON.
func (r *Reader) eachCommand(f func(i int, text string)) error {
	i := 0
	return r.query(func(scan func(...any) error) error {
		var c jsonCommand
		var elapsed real
		if err := scan(&c.At, &c.Who, &c.Run, &c.What, &c.Outcome, &elapsed); err != nil {
			return err
		}
		c.Elapsed = float64(elapsed)
		f(i, encode(c))
		i++
		return nil
	}, "SELECT "+cut("at", "who", "run", "what", "coalesce(outcome, '')")+", elapsed FROM commands ORDER BY number")
}

// raw is a text of JSON as it stands; null where it is none.
func raw(text []byte) string {
	if !json.Valid(text) {
		return "null"
	}
	return strings.ToValidUTF8(string(text), "\ufffd")
}

// jsonWriter writes pieces of JSON. The buffer keeps the first error.
type jsonWriter struct{ w *bufio.Writer }

func (j *jsonWriter) text(s string) { j.w.WriteString(s) }

// item writes an item of a list, in which it is the i-th.
func (j *jsonWriter) item(i int, s string) {
	if i > 0 {
		j.text(",")
	}
	j.text(s)
}
