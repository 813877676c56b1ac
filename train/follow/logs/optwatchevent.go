package logs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// OptwatchRun is run.json: what a script that uses optwatch.py says of its run. Its
// first event repeats it.
type OptwatchRun struct {
	Optwatch   int               `json:"optwatch"` // version of the protocol
	Start      string            `json:"start"`    // drawn anew each time that the script starts
	PID        int               `json:"pid"`
	Host       string            `json:"host"`
	Namespace  string            `json:"namespace"` // of the pid, as Linux names it; "" where not told
	UID        int               `json:"uid"`
	Control    uint64            `json:"control"` // inode of control.jsonl
	Began      OptwatchNumber    `json:"began"`
	Total      *OptwatchNumber   `json:"total_steps"`
	Config     json.RawMessage   `json:"config"`
	Controls   []OptwatchControl `json:"controls"`
	Checkpoint bool              `json:"checkpoint"` // whether the script can make one when told
	Writer     string            `json:"writer"`
}

// OptwatchControl is a setting that may be changed while the script runs.
type OptwatchControl struct {
	Name    string          `json:"name"`
	Kind    string          `json:"kind"` // "number" or "choice"
	Min     *float64        `json:"min"`
	Max     *float64        `json:"max"`
	Whole   bool            `json:"whole"`
	Options []string        `json:"options"`
	Value   json.RawMessage `json:"value"` // now
}

// OptwatchEvent is a line of events.jsonl. Which fields mean something depends on
// the Event: start, declare, log, state, answer or note.
type OptwatchEvent struct {
	Event string         `json:"event"`
	Time  OptwatchNumber `json:"time"`

	Run *OptwatchRun `json:"run"` // start

	Controls   []OptwatchControl `json:"controls"` // declare
	Checkpoint bool              `json:"checkpoint"`

	Step   *OptwatchNumber `json:"step"` // log
	Epoch  *OptwatchNumber `json:"epoch"`
	Tokens *OptwatchNumber `json:"tokens"`
	Values OptwatchValues  `json:"values"`

	State string `json:"state"` // state: running, paused, stopped, finished or failed
	Text  string `json:"text"`  // why; also of answer and note

	ID    string          `json:"id"` // answer: of the command
	OK    bool            `json:"ok"`
	Name  string          `json:"name"`  // of the setting that was changed
	Value json.RawMessage `json:"value"` // that it has now
}

// OptwatchNumber is a number, or one of the words that JSON has no number for.
type OptwatchNumber float64

// UnmarshalJSON reads a number or NaN, Infinity and -Infinity in quotes.
func (n *OptwatchNumber) UnmarshalJSON(p []byte) error {
	v, err := parseOptwatchNumber(string(bytes.Trim(p, `"`)))
	*n = OptwatchNumber(v)
	return err
}

func parseOptwatchNumber(s string) (float64, error) {
	switch s {
	case "NaN", "null":
		return math.NaN(), nil
	case "Infinity":
		return math.Inf(1), nil
	case "-Infinity":
		return math.Inf(-1), nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(v, 0) {
		return 0, fmt.Errorf("%.40q is no number", s)
	}
	return v, nil
}

// Or is the number, or NaN where there is none.
func (n *OptwatchNumber) Or() float64 {
	if n == nil {
		return math.NaN()
	}
	return float64(*n)
}

// OptwatchValues are numbers by tag, in the order in which they are in the file.
type OptwatchValues []Value

// UnmarshalJSON reads an object of numbers. What is no number in it is left out.
func (v *OptwatchValues) UnmarshalJSON(p []byte) error {
	*v = (*v)[:0]
	return eachMember(p, func(key string, value json.RawMessage) {
		var n OptwatchNumber
		if len(value) > 0 && value[0] != '{' && value[0] != '[' && n.UnmarshalJSON(value) == nil && string(value) != "null" {
			*v = append(*v, Value{Tag: key, Number: float64(n)})
		}
	})
}

// eachMember calls do with the members of a JSON object in their order. Of null
// there are none.
func eachMember(p []byte, do func(key string, value json.RawMessage)) error {
	d := json.NewDecoder(bytes.NewReader(p))
	t, err := d.Token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('{') {
		return fmt.Errorf("%v where an object was expected", t)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		do(key.(string), value)
	}
	return nil
}

// OptwatchLines cuts events.jsonl into lines.
type OptwatchLines struct {
	Number int // of the line that came last, from 1

	part    []byte // of a line that is not whole yet
	tooLong bool   // it was longer than any line that is read
}

// mostOptwatchLine is the length of the longest line that is read.
const mostOptwatchLine = 1 << 20

// Read calls do with each line that p makes whole and that is not empty; with nil
// for one that is too long.
func (l *OptwatchLines) Read(p []byte, do func(line []byte)) {
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			l.keep(p)
			return
		}
		line := p[:i]
		if len(l.part) > 0 || l.tooLong {
			l.keep(line)
			line = l.part
		}
		l.Number++
		switch line = bytes.TrimSpace(line); {
		case l.tooLong || len(line) > mostOptwatchLine:
			do(nil)
		case len(line) > 0:
			do(line)
		}
		l.part, l.tooLong = l.part[:0], false
		p = p[i+1:]
	}
}

func (l *OptwatchLines) keep(p []byte) {
	if l.tooLong || len(l.part)+len(p) > mostOptwatchLine {
		l.part, l.tooLong = nil, true
		return
	}
	l.part = append(l.part, p...)
}
