package script

import (
	"bytes"
	"encoding/json"
	"math"

	"optwatch/train/follow/logs"
)

// follower takes in events, as the reader of a stream.
type follower struct {
	dir   *Dir
	lines logs.OptwatchLines
	row   []byte // the last one that was logged in what is being read
}

// fresh forgets what was said in a file that is read anew.
func (d *Dir) fresh() logs.Reader {
	d.now = Controls{Run: d.now.Run, Step: math.NaN()}
	return &follower{dir: d}
}

var logged = []byte(`{"event": "log"`)

// Read takes in more. Of the rows only the last is looked at, for most of the file
// are rows and only where the run is now matters here.
func (f *follower) Read(p []byte, _ *logs.Found) {
	f.row = f.row[:0]
	f.lines.Read(p, func(line []byte) {
		if bytes.HasPrefix(line, logged) {
			f.row = append(f.row[:0], line...)
			return
		}
		f.take(f.row)
		f.row = f.row[:0]
		f.take(line)
	})
	f.take(f.row)
}

// take takes in a line. One that cannot be read is nobody's answer: it is skipped.
func (f *follower) take(line []byte) {
	var e logs.OptwatchEvent
	if len(line) == 0 || json.Unmarshal(line, &e) != nil {
		return
	}
	now := &f.dir.now
	switch e.Event {
	case "start":
		if e.Run != nil {
			*now = Controls{Run: now.Run, State: "running", Step: math.NaN()}
			f.dir.started = e.Run.Start
			now.declare(e.Run.Controls, e.Run.Checkpoint)
		}
	case "declare":
		now.declare(e.Controls, e.Checkpoint)
	case "log":
		now.Step = e.Step.Or()
		for _, v := range e.Values {
			if s := now.setting(v.Tag); s != nil && s.Options == nil {
				s.Number = v.Number
			}
		}
	case "state":
		now.State, now.Text = e.State, e.Text
	case "note":
		now.Note = e.Text
	case "answer":
		if s := now.setting(e.Name); s != nil {
			s.take(e.Value)
		}
		f.dir.answers.put(Answer{ID: e.ID, OK: e.OK, Text: e.Text, Value: text(e.Value)})
	}
}

func (c *Controls) declare(controls []logs.OptwatchControl, checkpoint bool) {
	c.Checkpoint = checkpoint
	c.Settings = nil
	for _, o := range controls {
		s := Setting{Name: o.Name, Low: math.Inf(-1), High: math.Inf(1), Whole: o.Whole, Number: math.NaN()}
		if o.Kind == "choice" {
			s.Options = append([]string{}, o.Options...)
		}
		if o.Min != nil {
			s.Low = *o.Min
		}
		if o.Max != nil {
			s.High = *o.Max
		}
		s.take(o.Value)
		c.Settings = append(c.Settings, s)
	}
}

func (c *Controls) setting(name string) *Setting {
	for i := range c.Settings {
		if c.Settings[i].Name == name {
			return &c.Settings[i]
		}
	}
	return nil
}

// take takes in the value that a setting has now.
func (s *Setting) take(value json.RawMessage) {
	var n logs.OptwatchNumber
	switch {
	case s.Options != nil:
		s.Option = text(value)
	case len(value) > 0 && json.Unmarshal(value, &n) == nil:
		s.Number = float64(n)
	}
}

// text is a value in words.
func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

// mostAnswers is how many of the last answers are kept for those who wait.
const mostAnswers = 1000

// answers are those that came last, by the command's id.
type answers struct {
	of    map[string]Answer
	order []string
}

func (a *answers) put(one Answer) {
	if a.of == nil {
		a.of = map[string]Answer{}
	}
	if _, ok := a.of[one.ID]; !ok {
		a.order = append(a.order, one.ID)
	}
	a.of[one.ID] = one
	if len(a.order) > mostAnswers {
		delete(a.of, a.order[0])
		a.order = a.order[1:]
	}
}
