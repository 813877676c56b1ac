package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"optwatch/train/follow"
	"optwatch/train/follow/logs"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// printWatched prints all runs that are watched: a table, or one JSON object.
func printWatched(out io.Writer, w *follow.Watch, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(w.Report())
	}
	s := w.Snapshot()
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var shown []*view.Metric
	for i := range s.Metrics {
		if m := &s.Metrics[i]; m.Behind == "" && !m.Aside && len(shown) < 5 {
			shown = append(shown, m)
		}
	}
	fmt.Fprint(t, "run\tstate\tstep\t")
	for _, m := range shown {
		fmt.Fprint(t, draw.Clean(nameOf(m))+"\t")
	}
	fmt.Fprintln(t)
	for i := range s.Runs {
		r := &s.Runs[i]
		fmt.Fprintf(t, "%s\t%s\t%s\t", draw.Clean(r.Name), r.Standing(), whole(r.Place(0)))
		for _, m := range shown {
			fmt.Fprint(t, fewDigits(r.Last(m.Key))+"\t")
		}
		fmt.Fprintln(t, draw.Clean(r.Reason))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, e := range s.Events {
		if e.Kind == view.EventInfo { // what is wrong with a log, or with where it was looked for
			fmt.Fprintln(out, strings.TrimPrefix(draw.Clean(e.Run)+": "+draw.Clean(e.Text), ": "))
		}
	}
	if len(s.Runs) == 0 {
		fmt.Fprintln(out, "no logs were found; --explain says how each file was looked at")
	}
	return nil
}

// whole is a count; a dash where it is not known.
func whole(v float64) string {
	if math.IsNaN(v) {
		return draw.Unknown
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func fewDigits(v float64) string {
	if math.IsNaN(v) {
		return draw.Unknown
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// rowPrinter prints rows as they are logged, and events.
type rowPrinter struct {
	mu   sync.Mutex
	out  io.Writer
	json bool
}

// rowLine is a row as a JSON line.
type rowLine struct {
	Run     string                   `json:"run"`
	Step    follow.Number            `json:"step"`
	Time    follow.Number            `json:"time"`
	Metrics map[string]follow.Number `json:"metrics"`
}

// eventLine is an event as a JSON line.
type eventLine struct {
	Run   string `json:"run"`
	Event string `json:"event"`
	Text  string `json:"text"`
}

// row prints a row as JSON: as text a run's progress would be too much.
func (p *rowPrinter) row(run string, r *logs.Row) {
	if len(r.Values) == 0 {
		return
	}
	line := rowLine{run, follow.Number{Value: r.Step}, follow.Number{Value: r.Time}, map[string]follow.Number{}}
	for _, v := range r.Values {
		line.Metrics[v.Tag] = follow.Number{Value: v.Number, Short: v.Short}
	}
	p.print(line)
}

func (p *rowPrinter) print(line any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = json.NewEncoder(p.out).Encode(line) // the writer keeps its error
}

// follow prints events until the context ends, or the pipe and what is read of it.
func (p *rowPrinter) follow(ctx context.Context, w *follow.Watch, from *pipe) error {
	tick := time.NewTicker(time.Second / 4)
	defer tick.Stop()
	var ended <-chan struct{}
	if from != nil {
		ended = from.ended
	}
	var seen uint64
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ended:
			w.Look(ctx)
			p.events(w.Snapshot(), seen)
			return from.err
		case <-tick.C:
			seen = p.events(w.Snapshot(), seen)
		}
	}
}

// events prints those after one, and gives the number of the last.
func (p *rowPrinter) events(s *view.Snapshot, seen uint64) uint64 {
	for _, e := range s.Events {
		if e.Number <= seen || e.Text == "" {
			continue
		}
		seen = e.Number
		if p.json {
			p.print(eventLine{e.Run, eventName(&e), e.Text})
			continue
		}
		p.mu.Lock()
		fmt.Fprintln(p.out, draw.Join(s.Began.Add(e.Elapsed).Format("15:04:05"), draw.Clean(e.Run), draw.Clean(e.Text)))
		p.mu.Unlock()
	}
	return seen
}

// eventName is the kind of an event in a word.
func eventName(e *view.Event) string {
	if e.Kind == view.EventFailed && strings.HasPrefix(e.Text, view.Crashed) {
		return view.Crashed
	}
	return [...]string{"info", "start", "pause", "resume", "setting", "switch", "restart", "end", "diverged", "failed", "diagnosis", "refused"}[e.Kind]
}
