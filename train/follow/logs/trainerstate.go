package logs

import (
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The Trainer of Hugging Face, and what builds upon it (TRL, axolotl), writes
// trainer_state.json into the folder of each checkpoint, and at the end into the
// folder of the run. Each has all that was logged up to then, so the log is the
// folder, and what counts is the state of the highest step. A state is written in
// place: what cannot be read may be whole a moment later.
//
// Reference: transformers, src/transformers/trainer_callback.py, TrainerState.

var trainerState = Format{
	Name:  "trainer-state",
	Title: "trainer_state.json of Hugging Face",
	Find: func(d *Folder) []string {
		if d.Has("trainer_log.jsonl") || belongsToCheckpoint(d) {
			return nil
		}
		names := checkpoints(d.Entries)
		for _, name := range names[:min(len(names), 3)] {
			if isTrainerState(d.Head(filepath.Join(name, stateFile))) {
				return []string{"."}
			}
		}
		if d.Has(stateFile) && isTrainerState(d.Head(stateFile)) {
			return []string{"."}
		}
		return nil
	},
	Open:   func(path string) Follower { return &stateFollower{path: path} },
	Inside: []string{"checkpoint-*"},
}

const (
	stateFile    = "trainer_state.json"
	largestState = 64 << 20 // bytes
	stateNote    = "values come with each checkpoint only"
)

// isTrainerState says whether a file begins as an object. Its name is told apart
// already.
func isTrainerState(head []byte) bool {
	j := jsonText{b: head}
	return j.next() == '{'
}

// belongsToCheckpoint says whether a folder is that of a checkpoint, which belongs
// to the folder above, unless a user named the file.
func belongsToCheckpoint(d *Folder) bool {
	_, ok := checkpointStep(filepath.Base(d.Path))
	return ok && len(d.Entries) > 1
}

// checkpointStep is the step of a checkpoint, from its folder's name.
func checkpointStep(name string) (int, bool) {
	digits, ok := strings.CutPrefix(name, "checkpoint-")
	step, err := strconv.Atoi(digits)
	return step, ok && err == nil && step >= 0
}

// checkpoints are the folders of checkpoints, the last first.
func checkpoints(entries []os.DirEntry) []string {
	var names []string
	for _, e := range entries {
		if _, ok := checkpointStep(e.Name()); ok {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		x, _ := checkpointStep(a)
		y, _ := checkpointStep(b)
		return y - x
	})
	return names
}

// stateFollower follows the states of a run.
type stateFollower struct {
	path    string
	looked  map[string]*stateLook
	shown   bool   // a state was
	rows    int    // that it had
	sum     uint64 // of them
	ended   bool
	dropped int // entries that were passed over in it
}

// stateLook is a file of a state as it was last looked at.
type stateLook struct {
	size int64
	at   time.Time
	bad  bool
	told bool // that it is bad
	come come
}

// come is how far a state has come. The one at the end has the step of the last
// checkpoint, and more entries.
type come struct {
	step float64
	rows int
}

func (c come) further(than come) bool {
	return c.step > than.step || c.step == than.step && c.rows > than.rows
}

// mostStates is how many checkpoints are looked at, from the last back, until one
// can be read.
const mostStates = 3

// Follow looks for a state of a higher step than that which was shown.
func (s *stateFollower) Follow(b *Batch) (more bool, err error) {
	f := b.Run("")
	f.About.Note = stateNote
	entries, err := os.ReadDir(s.path)
	if err != nil {
		return false, err
	}
	names := checkpoints(entries)
	paths := make([]string, 0, mostStates+1)
	for _, name := range names[:min(len(names), mostStates)] {
		paths = append(paths, filepath.Join(s.path, name, stateFile))
	}
	paths = append(paths, filepath.Join(s.path, stateFile))
	if best := s.look(paths, f); best != nil {
		s.show(best, f)
	}
	if !s.shown {
		return false, errors.New("no trainer_state.json can be read yet")
	}
	return false, nil
}

// look reads the states that have changed, and gives back the one that has come
// furthest where it is among them.
func (s *stateFollower) look(paths []string, f *Found) (best *savedState) {
	highest := come{step: math.Inf(-1)}
	was := s.looked
	s.looked = map[string]*stateLook{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		l := was[path]
		if l != nil && l.size == info.Size() && l.at.Equal(info.ModTime()) {
			s.looked[path] = l
			s.tell(path, l, f)
			if !l.bad && l.come.further(highest) {
				highest, best = l.come, nil
			}
			continue
		}
		l = &stateLook{size: info.Size(), at: info.ModTime()}
		s.looked[path] = l
		st, err := readState(path)
		if err != nil {
			l.bad = true
			continue
		}
		l.come = come{st.step, len(st.rows)}
		if l.come.further(highest) {
			highest, best = l.come, st
		}
	}
	return best
}

// tell counts a state that has stayed as it is and cannot be read.
func (s *stateFollower) tell(path string, l *stateLook, f *Found) {
	if l.bad && !l.told {
		l.told = true
		name, _ := filepath.Rel(s.path, path)
		f.Skip(name + " cannot be read")
	}
}

// show gives what a state has more than the one before; all of it, where that is no
// beginning of it.
func (s *stateFollower) show(st *savedState, f *Found) {
	from := 0
	if s.shown {
		if len(st.rows) >= s.rows && st.sumOf(s.rows) == s.sum {
			from = s.rows
		} else {
			f.Clear()
			f.Anew = true
			f.About.Note = stateNote
			s.dropped = 0
		}
	}
	for _, row := range st.rows[from:] {
		for _, v := range row.Values {
			f.Put(v.Tag, v.Number, false)
		}
		f.Add(row)
	}
	f.Config = st.config
	f.About.Total = st.total
	switch {
	case st.ended:
		f.End = End{State: Finished, Text: "the training has ended"}
	case s.ended:
		f.End = End{State: Running}
	}
	for n := s.dropped; n < st.bad; n++ {
		f.Skip(st.why)
	}
	s.shown, s.rows, s.sum, s.ended, s.dropped = true, len(st.rows), st.sumOf(len(st.rows)), st.ended, st.bad
}

// Close has nothing to close.
func (s *stateFollower) Close() error { return nil }

// savedState is what a file of a state says.
type savedState struct {
	step, total float64
	rows        []Row
	config      []Parameter
	ended       bool
	bad         int
	why         string
}

// sumOf is a sum over the first n rows, by which two states are compared.
func (st *savedState) sumOf(n int) uint64 {
	h := fnv.New64a()
	for _, row := range st.rows[:n] {
		addNumber(h, row.Step)
		addNumber(h, row.Epoch)
		for _, v := range row.Values {
			h.Write([]byte(v.Tag))
			addNumber(h, v.Number)
		}
	}
	return h.Sum64()
}

func addNumber(h hash.Hash64, v float64) {
	var b [8]byte
	for i := range b {
		b[i] = byte(math.Float64bits(v) >> (8 * i))
	}
	h.Write(b[:])
}

func readState(path string) (*savedState, error) {
	data, err := readSmall(path, largestState)
	if err != nil {
		return nil, err
	}
	return parseState(data)
}

// parseState reads a state, whole or not at all.
func parseState(data []byte) (*savedState, error) {
	st := &savedState{}
	j := jsonText{b: data}
	var l parameterList
	err := j.object(func(key []byte) error {
		name := string(key)
		switch {
		case name == "log_history" && j.next() == '[':
			return st.history(&j)
		case name == "trial_params" && j.next() == '{':
			return l.jsonObject(&j, "", 0)
		}
		v, err := j.value()
		if err != nil {
			return err
		}
		st.member(name, v, &l)
		return nil
	})
	if err == nil {
		err = j.end()
	}
	st.config = l.out
	return st, err
}

func (st *savedState) member(name string, v jsonValue, l *parameterList) {
	switch name {
	case "global_step":
		st.step = v.number
	case "max_steps":
		if v.number > 0 && v.number < 1e15 {
			st.total = v.number
		}
	case "epoch":
	default:
		if v.kind != jsonNumber {
			return
		}
		switch name {
		case "num_train_epochs", "train_batch_size", "logging_steps", "eval_steps", "save_steps":
			l.put(name, v.text())
		}
	}
}

// history reads the list of what was logged.
func (st *savedState) history(j *jsonText) error {
	st.rows = nil
	var r jsonlReader
	r.tags = tagNames{}
	n := 0
	return j.list(func() error {
		n++
		v, err := j.value()
		if err != nil {
			return err
		}
		if v.kind != jsonObject || r.parse(v.raw) != nil {
			st.bad++
			if st.why == "" {
				st.why = fmt.Sprintf("entry %d of log_history is no object", n)
			}
			return nil
		}
		var f Found
		r.place(&f)
		for _, m := range r.values {
			f.Put(m.tag.text, m.value.number, false)
			st.ended = m.tag.text == "train_runtime" || st.ended
		}
		if len(r.values) > 0 {
			f.Add(r.row)
			st.rows = append(st.rows, f.Rows[0])
		}
		return nil
	})
}
