package logs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
)

// optwatchFormat is what scripts write that use optwatch.py: events.jsonl beside
// run.json and control.jsonl. Package script documents it.
var optwatchFormat = Format{
	Name:   "optwatch",
	Title:  "optwatch.py's events",
	Find:   findOptwatch,
	Open:   func(path string) Follower { return NewTail(path, newOptwatch) },
	Inside: []string{"run.json", "control.jsonl"},
}

const optwatchEvents = "events.jsonl"

func findOptwatch(d *Folder) []string {
	if !d.Has(optwatchEvents) || !d.Has("run.json") {
		return nil
	}
	if head := d.Head("run.json"); !bytes.Contains(head, []byte(`"optwatch"`)) {
		return nil
	}
	return []string{optwatchEvents}
}

// optwatchReader reads events.jsonl, of which the first event repeats run.json.
type optwatchReader struct {
	lines   OptwatchLines
	starts  int
	restart bool // the next row is the first of another start
}

func newOptwatch() Reader { return &optwatchReader{} }

func (r *optwatchReader) Read(p []byte, f *Found) {
	r.lines.Read(p, func(line []byte) { r.line(line, f) })
}

func (r *optwatchReader) line(line []byte, f *Found) {
	if line == nil {
		f.Skip(fmt.Sprintf("line %d is longer than %d bytes", r.lines.Number, mostOptwatchLine))
		return
	}
	var e OptwatchEvent
	if err := json.Unmarshal(line, &e); err != nil {
		f.Skip(fmt.Sprintf("line %d: %v", r.lines.Number, err))
		return
	}
	switch e.Event {
	case "start":
		if e.Run == nil {
			f.Skip(fmt.Sprintf("line %d: a start without run", r.lines.Number))
			return
		}
		r.start(e.Run, f)
	case "log":
		r.row(&e, f)
	case "state":
		f.End = optwatchEnd(e.State, e.Text)
	}
}

func (r *optwatchReader) start(run *OptwatchRun, f *Found) {
	r.restart = r.starts > 0
	r.starts++
	f.End = End{State: Running}
	f.About = About{
		Total: max(0, whole(run.Total.Or())), Began: whole(float64(run.Began)),
		PID: run.PID, Host: run.Host, Writer: run.Writer,
	}
	if run.Optwatch > 1 {
		f.About.Note = fmt.Sprintf("written by a later version %d of the protocol", run.Optwatch)
	}
	f.Config = appendOptwatchConfig(f.Config, "", run.Config)
}

// whole is a number, or 0 for one that is none.
func whole(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

func (r *optwatchReader) row(e *OptwatchEvent, f *Found) {
	row := NewRow()
	row.Step, row.Epoch, row.Tokens = e.Step.Or(), e.Epoch.Or(), e.Tokens.Or()
	if e.Time > 0 {
		row.Time = float64(e.Time)
	}
	if r.restart {
		r.restart = false
		again := NewRow()
		again.Step, again.Time, again.Restart = row.Step, row.Time, true
		f.Add(again)
	}
	for _, v := range e.Values {
		f.Put(v.Tag, v.Number, false)
	}
	f.Add(row)
}

func optwatchEnd(state, text string) End {
	switch state {
	case "running", "paused":
		return End{State: Running, Text: strings.TrimPrefix(state, "running")}
	case "finished":
		return End{State: Finished, Text: text}
	case "failed":
		return End{State: Failed, Code: 1, Text: text}
	case "stopped":
		return End{State: Killed, Text: text}
	}
	return End{}
}

// appendOptwatchConfig appends the members of an object, those of objects in it
// under their keys joined by dots.
func appendOptwatchConfig(to []Parameter, under string, object json.RawMessage) []Parameter {
	if strings.Count(under, ".") > 20 {
		return to
	}
	_ = eachMember(object, func(key string, value json.RawMessage) {
		if under != "" {
			key = under + "." + key
		}
		if len(value) > 0 && value[0] == '{' {
			to = appendOptwatchConfig(to, key, value)
			return
		}
		text := string(value)
		var s string
		if json.Unmarshal(value, &s) == nil && text != "null" {
			text = s
		}
		to = append(to, Parameter{key, text})
	}) // a config that is no object is none
	return to
}

// OptwatchEventsIn is the path of the events of a run in a folder.
func OptwatchEventsIn(folder string) string { return filepath.Join(folder, optwatchEvents) }
