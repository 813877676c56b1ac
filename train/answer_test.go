package train

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// answers are the events that acknowledge commands, by the commands' identities.
func answers(t *testing.T, s *Report) map[uint64][]view.Event {
	t.Helper()
	if n := len(s.Events); n > 0 && s.Events[n-1].Number != uint64(n) {
		t.Fatal("the log has dropped lines: send fewer commands")
	}
	out := map[uint64][]view.Event{}
	for _, e := range s.Events {
		if e.Command != 0 {
			out[e.Command] = append(out[e.Command], e)
		}
	}
	return out
}

// held is an experiment with one slot, and a function that keeps its runs from
// moving until what that returns is called.
func held(t *testing.T, recipes ...string) (e *Experiment, hold func() (free func())) {
	t.Helper()
	c := config(300, recipes...)
	c.Threads, c.Budget = 1, Limits{}
	e = begin(t, c)
	await(t, e, "the first steps", func(s *Report) bool {
		return len(s.Runs) == len(recipes) && s.Runs[0].Step > 0 && s.Optimum.State == OptimumCertified
	})
	return e, func() func() {
		e.slots.acquire()
		return e.slots.release
	}
}

// Commands come to a run that cannot move, in some order, and then it moves.
// Each is answered by one event: "" for done, else what the refusal says.
func TestEachCommandIsAnsweredOnce(t *testing.T) {
	type ask struct {
		kind view.CommandKind
		want string
	}
	lr := view.Set
	for name, c := range map[string]struct {
		paused bool
		asks   []ask
		end    view.State
	}{
		"running": {false, []ask{{lr, ""}, {view.Switch, ""}, {view.Branch, ""}, {view.Restart, ""}, {view.Resume, ""}}, view.Running},
		"paused":  {true, []ask{{lr, ""}, {view.Switch, ""}, {view.Branch, ""}, {view.StepOnce, ""}, {view.StepOnce, ""}}, view.Paused},

		"several pauses":        {false, []ask{{view.Pause, ""}, {view.Pause, ""}, {view.Pause, ""}}, view.Paused},
		"paused while paused":   {true, []ask{{view.Pause, ""}, {view.Pause, ""}}, view.Paused},
		"several go on":         {true, []ask{{view.Resume, ""}, {view.Resume, ""}}, view.Running},
		"pause overtaken":       {false, []ask{{view.Pause, "a later command"}, {view.Pause, "a later command"}, {view.Resume, ""}}, view.Running},
		"going on overtaken":    {true, []ask{{view.Resume, "a later command"}, {view.Pause, ""}}, view.Paused},
		"steps overtaken":       {true, []ask{{view.StepOnce, "a later command"}, {view.Pause, ""}}, view.Paused},
		"steps, then all":       {true, []ask{{view.StepOnce, ""}, {view.Resume, ""}}, view.Running},
		"all, then a step":      {true, []ask{{view.Resume, ""}, {view.StepOnce, ""}}, view.Running},
		"all, a step, and none": {true, []ask{{view.Resume, "a later command"}, {view.StepOnce, "a later command"}, {view.Pause, ""}}, view.Paused},

		"stopped twice":             {false, []ask{{view.Stop, ""}, {view.Stop, ""}}, view.Stopped},
		"stopped after a pause":     {false, []ask{{view.Pause, "it has ended (stopped)"}, {view.Stop, ""}}, view.Stopped},
		"stopped while queued":      {true, []ask{{lr, "too late to set the lr of it"}, {view.Switch, "too late to switch it"}, {view.Stop, ""}}, view.Stopped},
		"stopped before a step":     {true, []ask{{view.StepOnce, "it has ended (stopped)"}, {view.Resume, "it has ended (stopped)"}, {view.Stop, ""}}, view.Stopped},
		"branched and stopped":      {true, []ask{{view.Branch, ""}, {view.Stop, ""}}, view.Stopped},
		"restart overruled by stop": {false, []ask{{view.Restart, "it was stopped after that"}, {view.Stop, ""}}, view.Stopped},
		"restart after stop":        {false, []ask{{view.Stop, ""}, {view.Restart, ""}, {lr, "it goes on again"}}, view.Running},

		"restart after a pause":       {false, []ask{{view.Pause, "it was restarted"}, {view.Restart, ""}}, view.Running},
		"restart after steps":         {true, []ask{{view.StepOnce, "it was restarted"}, {view.StepOnce, "it was restarted"}, {view.Restart, ""}}, view.Running},
		"pause after a restart":       {false, []ask{{view.Restart, ""}, {view.Pause, ""}}, view.Paused},
		"paused after a restart":      {true, []ask{{view.Restart, ""}, {view.Pause, ""}}, view.Paused},
		"restart, a pause, a restart": {false, []ask{{view.Restart, ""}, {view.Pause, "it was restarted"}, {view.Restart, ""}}, view.Running},
	} {
		t.Run(name, func(t *testing.T) {
			e, hold := held(t, "sgd:lr=0.01")
			if c.paused {
				halt(t, e, 0)
			}
			free := hold()
			for i, a := range c.asks {
				order(t, e, view.Command{ID: uint64(i + 1), Kind: a.kind, Setting: "lr", Value: 0.02, Recipe: recipeFor(a.kind)})
			}
			free()
			s := await(t, e, "all answers", func(s *Report) bool { return len(answers(t, s)) == len(c.asks) && s.Runs[0].State == c.end })
			checkAnswers(t, s, func(id uint64) string { return c.asks[id-1].want })
			if c.end == view.Running {
				await(t, e, "a step", func(s *Report) bool { return s.Runs[0].State == view.Running && s.Runs[0].Step > 0 })
			}
			time.Sleep(2 * time.Millisecond)
			s = e.Report()
			checkAnswers(t, s, func(id uint64) string { return c.asks[id-1].want })
			if s.Runs[0].State != c.end || s.Runs[0].Pending != view.Nothing {
				t.Errorf("it is %s, pending %q, want %s and nothing", s.Runs[0].State, s.Runs[0].Pending, c.end)
			}
		})
	}
}

func recipeFor(k view.CommandKind) string {
	if k == view.Switch {
		return "momentum"
	}
	return ""
}

// checkAnswers holds the answers against what is wanted of each.
func checkAnswers(t *testing.T, s *Report, want func(id uint64) string) {
	t.Helper()
	for id, got := range answers(t, s) {
		switch w := want(id); {
		case len(got) != 1:
			t.Errorf("command %d is answered %d times: %v", id, len(got), got)
		case got[0].Kind != view.EventRefused && w != "":
			t.Errorf("command %d was carried out, want %q", id, w)
		case got[0].Kind == view.EventRefused && (w == "" || !strings.Contains(got[0].Text, w)):
			t.Errorf("command %d was refused: %q, want %q", id, got[0].Text, w)
		}
	}
}

// What a run that has ended takes is carried out at once; the rest is an error
// and no event.
func TestAnswersOfAnEndedRun(t *testing.T) {
	e := begin(t, config(300, "sgd"))
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range view.RejoinClient + 1 {
		c := view.Command{ID: uint64(i + 1), Kind: i, Setting: "lr", Value: 0.1, Recipe: "sgd"}
		err := e.Do(c)
		taken := slices.Contains([]view.CommandKind{view.Restart, view.Add, view.Branch}, i)
		if i == view.Restart || i == view.Add {
			if e := e.WaitRuns(t.Context()); e != nil {
				t.Fatal(e)
			}
		}
		got := answers(t, e.Report())[c.ID]
		if taken != (err == nil) || taken != (len(got) == 1) || len(got) > 0 && got[0].Kind == view.EventRefused {
			t.Errorf("%s: got %v and the events %v", i, err, got)
		}
	}
	if err := e.Do(view.Command{ID: 99, Kind: 99}); err == nil {
		t.Error("there is a command 99")
	}
}

// No command makes more runs than there can be, whatever the order in which
// they are carried out.
func TestBranchesBeyondTheMost(t *testing.T) {
	recipes := slices.Repeat([]string{"sgd"}, maxRuns-1)
	e, hold := held(t, recipes...)
	free := hold()
	for id := range uint64(3) {
		order(t, e, view.Command{ID: id + 1, Kind: view.Branch})
	}
	free()
	s := await(t, e, "the answers", func(s *Report) bool { return len(answers(t, s)) == 3 })
	checkAnswers(t, s, func(id uint64) string {
		if id == 1 {
			return ""
		}
		return "the most there can be"
	})
	if len(s.Runs) != maxRuns {
		t.Errorf("there are %d runs", len(s.Runs))
	}
}

// A command that breaks the run is refused with what broke.
func TestAnswerOfACommandThatPanics(t *testing.T) {
	c := config(300)
	c.Budget = Limits{}
	c.Catalogue.Rules = append(c.Catalogue.Rules, optimizers.Part[optimizers.Rule]{
		Name: "brittle", LR: 0.1, New: func(optimizers.Values) optimizers.Rule { return new(brittle) },
	})
	c.Recipes = lineUp(c.Catalogue, "brittle")
	e := begin(t, c)
	await(t, e, "the first steps", func(s *Report) bool { return len(s.Runs) == 1 && s.Runs[0].Step > 0 })
	order(t, e, view.Command{ID: 7, Kind: view.Switch, Recipe: "adam"})
	s := await(t, e, "its end", func(s *Report) bool { return s.Runs[0].State == view.Failed })
	if got := answers(t, s)[7]; len(got) != 1 || got[0].Kind != view.EventRefused || !strings.Contains(got[0].Text, "a planted fault") {
		t.Errorf("got %v", got)
	}
}

// brittle does nothing and has a state that nobody may ask for.
type brittle struct{}

func (*brittle) Apply(_, _ []float64, _ float64) {}
func (*brittle) State() []optimizers.Var         { panic("a planted fault") }

// TestAnswersAtTheEnd sends commands to runs that end at any moment and begin
// again: each that was taken is answered once.
func TestAnswersAtTheEnd(t *testing.T) {
	kinds := []view.CommandKind{
		view.Pause, view.Pause, view.Resume, view.Resume, view.StepOnce, view.Stop, view.Restart, view.Restart, view.Set, view.Switch, view.Branch,
	}
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		c := config(100, "sgd:batch=8", "momentum:batch=8")
		c.Budget, c.Unprobed = Limits{Passes: float64(1 + rng.IntN(8))}, true
		e := begin(t, c)
		await(t, e, "the runs", func(s *Report) bool { return len(s.Runs) == 2 })
		var taken []uint64
		asked := map[uint64]view.Command{}
		saved := make(chan struct{})
		go func() {
			defer close(saved)
			for range 10 {
				if _, err := e.Save(0); err != nil {
					t.Error(err)
				}
			}
		}()
		for id := uint64(1); id <= 60; id++ {
			k := kinds[rng.IntN(len(kinds))]
			c := view.Command{ID: id, Kind: k, Run: rng.IntN(2), Setting: "lr", Value: 0.01, Recipe: recipeFor(k)}
			if e.Do(c) == nil {
				taken, asked[id] = append(taken, id), c
			}
			if rng.IntN(3) == 0 {
				time.Sleep(time.Duration(rng.IntN(300)) * time.Microsecond)
			}
		}
		<-saved
		await(t, e, "the end", func(s *Report) bool { // commands on their way may begin runs again
			for _, r := range s.Runs {
				_ = e.Do(view.Command{Kind: view.Stop, Run: r.ID}) // unless it has ended
			}
			return s.Phase == view.PhaseEnded
		})
		got := answers(t, e.Report())
		for _, id := range taken {
			if len(got[id]) != 1 {
				t.Errorf("seed %d: command %d, to %s run %d, is answered %d times: %v", seed, id, asked[id].Kind, asked[id].Run, len(got[id]), got[id])
			}
			delete(got, id)
		}
		if len(got) > 0 {
			t.Errorf("seed %d: answers to commands that were not taken: %v", seed, got)
		}
		if t.Failed() {
			t.Log(fmt.Sprint(e.Report().Events))
			return
		}
	}
}
