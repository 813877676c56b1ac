package fed

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"optwatch/fed/client"
	"optwatch/optimizers"
	"optwatch/train"
)

// Clients in other processes may be late by a clock that nobody can wind back, or
// be gone. So what came of each attempt at a round with them is written down
// before it has effects. A server that is started anew asks those alone again
// who were averaged, and refuses the others as it did before.

// outcomes is where that is written down.
type outcomes struct {
	put     func(outcome []byte) (int64, error) // nil for nowhere
	known   map[string]written                  // that a process before has written, by what was asked
	outcome int                                 // number of the latest that has had effects; 0 for none
}

// written is an outcome that has been written down.
type written struct {
	number int
	text   []byte
	Outcome
}

// RecordOutcomes sets where outcomes are written down, and which are already.
// Those that have had their effects on this federation are of no use to it, nor
// are those that are unreadable: what they decided is then decided anew.
func (o *outcomes) RecordOutcomes(write func(outcome []byte) (number int64, err error), known []train.Outcome) {
	o.put, o.known = write, map[string]written{}
	for _, k := range known {
		w := written{number: int(k.Number), text: k.What}
		if err := json.Unmarshal(k.What, &w.Outcome); err == nil && w.number > o.outcome {
			o.known[w.Tasks] = w
		}
	}
}

// before is what came of an attempt in a process before, by what was asked; nil
// where that is not known. It must be of the same clients.
func (o *outcomes) before(tasks []Task) *written {
	if len(o.known) == 0 {
		return nil
	}
	w, ok := o.known[client.TasksDigest(tasks)]
	if !ok || !slices.EqualFunc(w.Answers, tasks, func(a Answer, t Task) bool { return a.Client == t.Client }) {
		return nil
	}
	return &w
}

// note writes an outcome down, unless it is what is written already, and returns its number.
func (o *outcomes) note(out Outcome, before *written) (int, error) {
	text, err := json.Marshal(out)
	if err != nil {
		return 0, err
	}
	if before != nil && slices.Equal(text, before.text) {
		return before.number, nil
	}
	if o.put == nil {
		return 0, nil
	}
	number, err := o.put(text)
	if err != nil {
		return 0, fmt.Errorf("not averaged, since what came of it could not be written down: %w", err)
	}
	return int(number), nil
}

// stillAsked are the tasks of those who were averaged, where that is known; else all.
func (w *written) stillAsked(tasks []Task) []Task {
	if w == nil {
		return tasks
	}
	var out []Task
	for i, a := range w.Answers {
		if a.Reason == "" {
			out = append(out, tasks[i])
		}
	}
	return out
}

// repeat gives verdicts on what comes of an attempt that was judged before: an
// update counts if it is the one that counted, and who was refused is again.
func (w *written) repeat(verdicts []verdict) []verdict {
	for i := range verdicts {
		v := &verdicts[i]
		at, ok := w.find(v.Client)
		if ok && v.reason == "" && v.digest != w.Answers[at].Digest {
			v.reason = contradicts
		}
	}
	for _, a := range w.Answers {
		if a.Reason != "" && a.Reason != unheard {
			verdicts = append(verdicts, verdict{Update: a.refused(w.Outcome), reason: a.Reason, drift: math.NaN(), recalled: true})
		}
	}
	slices.SortStableFunc(verdicts, func(a, b verdict) int { return cmp.Compare(a.Client, b.Client) })
	return verdicts
}

func (w *written) find(k int) (int, bool) {
	return slices.BinarySearchFunc(w.Answers, k, func(a Answer, k int) int { return cmp.Compare(a.Client, k) })
}

// refused is the update that is known to have been refused, without its vector.
func (a Answer) refused(of Outcome) *Update {
	u := &Update{Round: of.Round, Attempt: of.Attempt, Client: a.Client, Evaluations: a.Evaluations, Loss: math.NaN(), Time: math.NaN()}
	if a.Digest == "" {
		u.Failed = a.Reason
	}
	return u
}

// outcomeOf is what came of an attempt: for each client the verdict that counts,
// which is the one on what was averaged, or else the first.
func outcomeOf(tasks []Task, sizes []int, verdicts []verdict, before *written) Outcome {
	counts := map[int]*verdict{}
	for i := range verdicts {
		v := &verdicts[i]
		if was := counts[v.Client]; v.reason != wrongRound && (was == nil || was.reason != "" && v.reason == "") {
			counts[v.Client] = v
		}
	}
	out := Outcome{Tasks: client.TasksDigest(tasks), Round: tasks[0].Round, Attempt: tasks[0].Attempt}
	for i := range tasks {
		t := &tasks[i]
		a := Answer{Client: t.Client, Reason: unheard}
		if v := counts[t.Client]; v != nil {
			a = v.answer(before)
			a.Evaluations = min(max(0, a.Evaluations), t.Plan.Most(sizes[t.Client]))
		}
		out.Answers = append(out.Answers, a)
	}
	return out
}

// answer is what is written down of a verdict.
func (v *verdict) answer(before *written) Answer {
	if v.recalled {
		at, _ := before.find(v.Client)
		return before.Answers[at]
	}
	return Answer{Client: v.Client, Reason: v.reason, Digest: v.digest, Evaluations: v.Evaluations}
}

// conclude makes the verdicts on what clients in other processes sent final: what
// came of the attempt is written down, and their evaluations are metered.
func (r *Round) conclude(tasks []Task, verdicts []verdict, before *written, o optimizers.Divisible, t *tally) error {
	if len(tasks) == 0 {
		return nil
	}
	out := outcomeOf(tasks, r.sizes, verdicts, before)
	number, err := r.note(out, before)
	if err != nil {
		return err
	}
	t.outcome = max(t.outcome, number)
	for _, a := range out.Answers {
		o.Count(a.Evaluations)
	}
	return nil
}
