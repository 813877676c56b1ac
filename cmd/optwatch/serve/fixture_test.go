package serve

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"time"

	"optwatch/train/view"
)

var nan = math.NaN()

// stub is a source that remembers what it was asked for. It answers a command at
// once, unless told to be silent.
type stub struct {
	mu     sync.Mutex
	snap   *view.Snapshot
	asked  []view.Command
	refuse error                         // what Do says
	ask    string                        // what must be agreed to before a pause; "" for nothing
	silent bool                          // nothing is answered until answer is called
	event  func(view.Command) view.Event // an answer, but for its numbers; nil for a mere acknowledgement
}

func (s *stub) Snapshot() *view.Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snap
}

func (s *stub) Do(c view.Command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return s.refuse
	}
	s.asked = append(s.asked, c)
	if !s.silent {
		s.answerLocked(c)
	}
	return nil
}

func (s *stub) Offer(c view.Command) view.Offer {
	if c.Kind == view.Pause {
		return view.Offer{Ask: s.ask}
	}
	return view.Offer{Recipe: c.Recipe}
}

// change makes a new snapshot, as sources do: an old one never changes.
func (s *stub) change(to func(*view.Snapshot)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changeLocked(to)
}

func (s *stub) changeLocked(to func(*view.Snapshot)) {
	next := *s.snap
	next.Generation++
	to(&next)
	s.snap = &next
}

func (s *stub) answerLocked(c view.Command) {
	var e view.Event
	if r := s.snap.Run(c.Run); r != nil {
		e.Run = r.Name
	}
	if s.event != nil {
		e = s.event(c)
	}
	e.Command = c.ID
	s.changeLocked(func(n *view.Snapshot) {
		e.Number = newest(n.Events) + 1
		n.Events = append(n.Events[:len(n.Events):len(n.Events)], e)
	})
}

// sent are the commands so far.
func (s *stub) sent() []view.Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]view.Command(nil), s.asked...)
}

// drivable is a source of four runs: one of them has ended, one is federated,
// and one is called "all".
func drivable() *stub {
	run := func(id int, name string, state view.State) view.Run {
		return view.Run{
			ID: id, Name: name, Recipe: name + ":lr=0.1", State: state, At: []float64{1234567, nan}, Rate: 1000, Left: time.Minute,
			Settings: []view.Setting{{Key: "lr", Name: "lr", Value: 0.1}, {Key: "batch", Name: "batch", Format: view.Count, Value: 32}},
			Series:   []view.Series{{Metric: "accuracy", Last: 0.9194}, {Metric: "gap", Last: 4.1e-3}},
		}
	}
	fed := run(7, "fedavg", view.Paused)
	fed.Settings = append(fed.Settings, view.Setting{Key: "drop", Name: "dropout", Value: 0.5})
	fed.Federation = &view.Federation{Clients: []view.Client{{ID: 0}, {ID: 1}, {ID: 2}}}
	ended := run(4, "svrg", view.Failed)
	ended.Reason = "panic: index out of range"
	return &stub{snap: &view.Snapshot{
		Generation: 10, Phase: view.PhaseTraining, Elapsed: 41 * time.Second,
		Subject:  view.Subject{Name: "mnist", Train: 54000, Val: 6000, Title: "softmax regression", Constant: "λ = 1e-3"},
		Axes:     []view.Axis{{Key: "evals", Name: "evals", Format: view.Count}, {Key: "rounds", Title: "rounds", Format: view.Count}},
		Metrics:  []view.Metric{{Key: "accuracy", Name: "val acc", Format: view.Share}, {Key: "gap", Name: "f − f*", Format: view.Scientific}},
		Headline: []string{"accuracy", "gap"},
		Columns:  []view.Column{{Key: "lr", Drop: 3}, {Key: "batch", Drop: 7}, {Key: "evals", Drop: 4}, {Key: "accuracy"}, {Key: "gap", Drop: 1}},
		Runs:     []view.Run{run(3, "sgd", view.Running), ended, run(5, "all", view.Running), fed},
		Events:   []view.Event{{Number: 1, Run: "sgd", Text: "started"}},
		Accepts: []view.CommandKind{
			view.Pause, view.Resume, view.StepOnce, view.Stop, view.Restart, view.Set, view.Switch, view.Add,
			view.Branch, view.DropClient, view.RejoinClient,
		},
		Leaving: view.LeavesEnded,
	}}
}

var errNo = errors.New("lr must be above 0")

// seat is that of an operator in a house that can be finished.
func seat(s view.Source) *Seat {
	return NewAudience(House{Source: s, Finish: func(string) {}}).Join("ada", Operator)
}

// answer is what a seat says to words, and its status.
func answer(s *Seat, words ...string) (string, int) {
	var out strings.Builder
	status := s.Answer(context.Background(), words, &out)
	return out.String(), status
}
