package script

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"

	"optwatch/train/follow/logs"
)

// Python is the file that a script imports.
//
//go:embed optwatch.py
var Python string

// Controls is what a script has said of itself so far.
type Controls struct {
	Run        logs.OptwatchRun // as it is now in run.json
	State      string           // running, paused, stopped, finished, failed; "" before it says any
	Text       string           // why
	Step       float64          // that it logged last; NaN before
	Checkpoint bool
	Settings   []Setting
	Note       string // what it last complained of, e.g. of its control file
}

// Over says that the script takes no commands any more.
func (c *Controls) Over() bool {
	return c.State == "stopped" || c.State == "finished" || c.State == "failed"
}

// Setting is a number or a choice that the script lets be changed.
type Setting struct {
	Name    string
	Options []string // of a choice; nil of a number
	Low     float64  // of a number; -Inf where there is none
	High    float64  // +Inf where there is none
	Whole   bool
	Number  float64 // now; NaN where it is not told
	Option  string  // now; "" where it is not told
}

// Range says in words what a number may be.
func (s *Setting) Range() string {
	low, high := !math.IsInf(s.Low, 0), !math.IsInf(s.High, 0)
	switch {
	case low && high:
		return fmt.Sprintf("a number from %g to %g", s.Low, s.High)
	case low:
		return fmt.Sprintf("a number from %g", s.Low)
	case high:
		return fmt.Sprintf("a number up to %g", s.High)
	}
	return "a number"
}

// Dir is the folder of a run that takes commands. It may be used by many at once.
type Dir struct {
	path string

	mu      sync.Mutex
	events  *logs.Tail
	now     Controls
	started string // the start that the events are of
	answers answers
}

// Open opens the folder of a run. It needs a run.json there, no more.
func Open(path string) (*Dir, error) {
	d := &Dir{path: path}
	run, err := readRun(path)
	if err != nil {
		return nil, err
	}
	d.now.Run = run
	d.now.Step = math.NaN()
	d.events = logs.NewTail(logs.OptwatchEventsIn(path), d.fresh)
	return d, nil
}

const mostRun = 4 << 20 // bytes of the longest run.json

func readRun(path string) (logs.OptwatchRun, error) {
	name := filepath.Join(path, "run.json")
	if info, err := os.Stat(name); err != nil {
		return logs.OptwatchRun{}, err
	} else if !info.Mode().IsRegular() {
		return logs.OptwatchRun{}, fmt.Errorf("%s is no file", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return logs.OptwatchRun{}, err
	}
	defer file.Close()
	p, err := io.ReadAll(io.LimitReader(file, mostRun))
	if err != nil {
		return logs.OptwatchRun{}, err
	}
	run, err := parseRun(p)
	if err != nil {
		return run, fmt.Errorf("%s: %w", name, err)
	}
	return run, nil
}

func parseRun(p []byte) (logs.OptwatchRun, error) {
	var run logs.OptwatchRun
	switch err := json.Unmarshal(p, &run); {
	case err != nil:
		return run, err
	case run.Optwatch == 0 || run.Start == "":
		return run, fmt.Errorf("is not of a script that uses optwatch.py")
	case run.Optwatch > 1:
		return run, fmt.Errorf("is of version %d of the protocol, and only 1 is known", run.Optwatch)
	}
	return run, nil
}

// Look takes in what the script has written since the last look. More says that
// there is more to read.
func (d *Dir) Look() (now Controls, more bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	more, err = d.look()
	now = d.now
	now.Settings = append([]Setting(nil), d.now.Settings...)
	return now, more, err
}

func (d *Dir) look() (more bool, err error) {
	if run, err := readRun(d.path); err == nil {
		d.now.Run = run
	}
	var f logs.Found
	return d.events.Read(&f)
}
