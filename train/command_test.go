package train

import (
	"slices"
	"strings"
	"testing"

	"optwatch/train/view"
)

// endless is an experiment without a budget.
func endless(t *testing.T, recipes ...string) *Experiment {
	t.Helper()
	c := config(2000, recipes...)
	c.Budget = Limits{}
	e := begin(t, c)
	await(t, e, "the first steps", func(s *Report) bool {
		for _, r := range s.Runs {
			if r.Step == 0 {
				return false
			}
		}
		return len(s.Runs) == len(recipes)
	})
	return e
}

func halt(t *testing.T, e *Experiment, run int) RunReport {
	t.Helper()
	order(t, e, view.Command{Kind: view.Pause, Run: run})
	return await(t, e, "the pause", func(s *Report) bool { return s.Runs[run].State == view.Paused && s.Runs[run].Pending == view.Nothing }).Runs[run]
}

func TestPauseStepResume(t *testing.T) {
	e := endless(t, "sgd", "adam")
	before := halt(t, e, 0)
	if before.EvalsPerSecond != 0 {
		t.Errorf("a paused run does %v evaluations a second", before.EvalsPerSecond)
	}
	other := e.Report().Runs[1].Step
	await(t, e, "the other run", func(s *Report) bool { return s.Runs[1].Step > other })
	for want := before.Step + 1; want <= before.Step+3; want++ {
		order(t, e, view.Command{Kind: view.StepOnce})
		await(t, e, "a single step", func(s *Report) bool { return s.Runs[0].Step == want && s.Runs[0].State == view.Paused })
	}
	order(t, e, view.Command{Kind: view.Resume})
	await(t, e, "the run", func(s *Report) bool { return s.Runs[0].Step > before.Step+3 && s.Runs[0].State == view.Running })
}

func TestSettings(t *testing.T) {
	e := endless(t, "sgd:lr=0.1")
	halt(t, e, 0)
	order(t, e, view.Command{Kind: view.Set, Setting: "lr", Value: 0.125})
	order(t, e, view.Command{Kind: view.Set, Setting: "batch", Value: 32})
	s := await(t, e, "the settings", func(s *Report) bool { return s.Runs[0].LR == 0.125 && s.Runs[0].Batch == 32 })
	if !logged(s, "sgd lr 0.1 → 0.125") || !logged(s, "sgd batch 64 → 32") {
		t.Errorf("the log says %v", s.Events)
	}
	if got, want := s.Runs[0].Recipe, "sgd:lr=0.125,batch=32"; got != want {
		t.Errorf("recipe %s, want %s", got, want)
	}
}

// TestSwitch goes from Adam to AMSGrad, which keeps the moments, and on to
// SVRG, which keeps nothing but θ.
func TestSwitch(t *testing.T) {
	e := endless(t, "adam")
	before := halt(t, e, 0)
	order(t, e, view.Command{Kind: view.Switch, Recipe: "amsgrad:lr=0.01"})
	r := await(t, e, "the switch and a line of the log about it", func(s *Report) bool {
		return s.Runs[0].Rule == "amsgrad" && logged(s, "adam adam → amsgrad:lr=0.01: t, m, v kept from adam")
	}).Runs[0]
	if r.Step != before.Step || r.Evals != before.Evals || len(r.Marks) == 0 || r.Marks[len(r.Marks)-1].Kind != view.EventSwitch {
		t.Errorf("after the switch: step %d, %d evaluations, marks %v; before: step %d, %d", r.Step, r.Evals, r.Marks, before.Step, before.Evals)
	}
	order(t, e, view.Command{Kind: view.StepOnce})
	r = await(t, e, "a step of AMSGrad", func(s *Report) bool { return s.Runs[0].Step == before.Step+1 }).Runs[0]

	order(t, e, view.Command{Kind: view.Switch, Recipe: "svrg:m=100"})
	await(t, e, "the switch and a line of the log about it", func(s *Report) bool {
		return s.Runs[0].Estimator == "svrg" && logged(s, "sgd carries no state, 2000 evaluations to begin")
	})
	order(t, e, view.Command{Kind: view.StepOnce})
	after := await(t, e, "a step of SVRG", func(s *Report) bool { return s.Runs[0].Step == r.Step+1 }).Runs[0]
	if got := after.Evals - r.Evals; got != 2002 {
		t.Errorf("the first step of SVRG took %d evaluations, want 2002", got)
	}
}

// TestSwitchKeepsParameters switches to a method that hardly moves.
func TestSwitchKeepsParameters(t *testing.T) {
	e := endless(t, "sgd")
	halt(t, e, 0)
	loss := lossNow(t, e)
	order(t, e, view.Command{Kind: view.Switch, Recipe: "adam:lr=1e-12"})
	order(t, e, view.Command{Kind: view.StepOnce})
	await(t, e, "the switch", func(s *Report) bool { return s.Runs[0].Rule == "adam" })
	if got := lossNow(t, e); got < loss*(1-1e-9) || got > loss*(1+1e-9) {
		t.Errorf("loss %v before the switch and %v after", loss, got)
	}
}

// lossNow stops a branch of run 0, which evaluates its last point.
func lossNow(t *testing.T, e *Experiment) float64 {
	t.Helper()
	n := len(e.Report().Runs)
	order(t, e, view.Command{Kind: view.Branch, Run: 0})
	await(t, e, "the branch", func(s *Report) bool { return len(s.Runs) == n+1 && s.Runs[n].State == view.Paused })
	order(t, e, view.Command{Kind: view.Stop, Run: n})
	s := await(t, e, "its end", func(s *Report) bool { return s.Runs[n].State == view.Stopped })
	return s.Runs[n].Last.Loss
}

// TestBranch checks that a branch goes on exactly as its parent does: both
// then have the same parameters after as many steps.
func TestBranch(t *testing.T) {
	for _, recipe := range []string{"adam", "svrg:m=300,option=2", "sarah:m=300", "saga:lr=0.01", "momentum:warm=50"} {
		t.Run(recipe, func(t *testing.T) {
			e := endless(t, recipe)
			before := halt(t, e, 0)
			order(t, e, view.Command{Kind: view.StepOnce}) // it may have paused within a step, of which a branch knows nothing
			before = await(t, e, "a step", func(s *Report) bool { return s.Runs[0].Step == before.Step+1 && s.Runs[0].State == view.Paused }).Runs[0]
			order(t, e, view.Command{Kind: view.Branch})
			s := await(t, e, "the branch", func(s *Report) bool { return len(s.Runs) == 2 && s.Runs[1].State == view.Paused })
			if b := s.Runs[1]; b.Step != before.Step || b.Evals != before.Evals || b.Name != before.Name+"-2" {
				t.Errorf("branch %s at step %d, %d evaluations; parent at step %d, %d", b.Name, b.Step, b.Evals, before.Step, before.Evals)
			}
			var sha [2]string
			for run := range 2 {
				for range 400 {
					order(t, e, view.Command{Kind: view.StepOnce, Run: run})
				}
				await(t, e, "400 steps", func(s *Report) bool { return s.Runs[run].Step == before.Step+400 && s.Runs[run].State == view.Paused })
				order(t, e, view.Command{Kind: view.Stop, Run: run})
				sha[run] = await(t, e, "the end", func(s *Report) bool { return s.Runs[run].State == view.Stopped }).Runs[run].ThetaSHA256
			}
			if sha[0] != sha[1] {
				t.Errorf("parent ends at %.8s, branch at %.8s", sha[0], sha[1])
			}
		})
	}
}

// TestRestart begins again and comes to the same place, also after the end.
func TestRestart(t *testing.T) {
	c := config(500, "adam")
	e := begin(t, c)
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := e.Report().Runs[0].ThetaSHA256
	order(t, e, view.Command{Kind: view.Restart})
	s := await(t, e, "the second end", func(s *Report) bool { return logged(s, "restarted") && s.Runs[0].State.Ended() })
	if got := s.Runs[0].ThetaSHA256; got != want {
		t.Errorf("restarted it ends at %.8s, at first at %.8s", got, want)
	}
	e = endless(t, "adam")
	halt(t, e, 0)
	order(t, e, view.Command{Kind: view.Set, Setting: "lr", Value: 0.5})
	order(t, e, view.Command{Kind: view.Restart})
	await(t, e, "the restart", func(s *Report) bool {
		return logged(s, "restarted: adam") && s.Runs[0].State == view.Running && s.Runs[0].LR == 0.001 && s.Runs[0].Step > 0
	})
}

// TestEndedRunGivesUpItsScratch: a run that has ended keeps no crew, no vectors of its
// passes and none of its probe, and can still be branched and restarted.
func TestEndedRunGivesUpItsScratch(t *testing.T) {
	c := config(6000, "svrg:m=n/2") // whose full gradients are divided among a crew
	c.Budget = Limits{Passes: 5}
	e := begin(t, c)
	bare := func() {
		t.Helper()
		if err := e.WaitRuns(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, r := range e.runs {
			if o := r.oracle; o.crew.members != nil || o.pass.spare != nil || len(o.workers) > 0 || o.order != nil {
				t.Errorf("%s has ended with %d members, %d vectors, %d workers and room for %d rows", r.name, len(o.crew.members), len(o.pass.spare), len(o.workers), cap(o.order))
			}
			if p := r.probe; p.exact != nil || p.group[0] != nil || p.other != nil || p.squares != nil {
				t.Errorf("%s has ended with the scratch of its probe", r.name)
			}
		}
	}
	bare()
	first := e.Report().Runs[0]
	if first.Diagnosis == nil || first.Diagnosis.Probes == 0 {
		t.Fatal("the probe has not looked: the test shows something else")
	}
	order(t, e, view.Command{Kind: view.Branch})
	await(t, e, "the branch", func(s *Report) bool { return len(s.Runs) == 2 })
	_ = e.Do(view.Command{Kind: view.Resume, Run: 1}) // it may have ended, as its budget is spent
	order(t, e, view.Command{Kind: view.Restart})
	await(t, e, "the second end", func(s *Report) bool {
		return logged(s, "restarted") && s.Runs[0].State.Ended() && s.Runs[1].State.Ended()
	})
	bare()
	for _, r := range e.Report().Runs {
		if r.ThetaSHA256 == "" || r.ThetaSHA256 != first.ThetaSHA256 {
			t.Errorf("%s ends at %.8s, want %.8s", r.Name, r.ThetaSHA256, first.ThetaSHA256)
		}
	}
}

func TestAddAndStop(t *testing.T) {
	e := endless(t, "sgd")
	order(t, e, view.Command{Kind: view.Add, Recipe: "sgd:lr=0.5"})
	s := await(t, e, "the new run", func(s *Report) bool { return len(s.Runs) == 2 && s.Runs[1].Step > 0 })
	if s.Runs[1].Name != "sgd-2" {
		t.Errorf("it is called %s, want sgd-2", s.Runs[1].Name)
	}
	order(t, e, view.Command{Kind: view.Stop, Run: 1})
	s = await(t, e, "its end", func(s *Report) bool { return s.Runs[1].State == view.Stopped })
	if s.Runs[0].State.Ended() {
		t.Error("the other run has ended too")
	}
	if last := s.Runs[1].Last; last.Step != s.Runs[1].Step {
		t.Errorf("its curve ends at step %d of %d", last.Step, s.Runs[1].Step)
	}
}

func TestRefusals(t *testing.T) {
	e := endless(t, "sgd", "full", "sgd")
	order(t, e, view.Command{Kind: view.Stop, Run: 2})
	await(t, e, "the end", func(s *Report) bool { return s.Runs[2].State == view.Stopped })
	for _, c := range []struct {
		command view.Command
		want    string
	}{
		{view.Command{Kind: view.Pause, Run: 7}, "there is no run 7"},
		{view.Command{Kind: view.StepOnce}, "sgd: only a paused run takes single steps"},
		{view.Command{Kind: view.Set, Setting: "lr", Value: -1}, "sgd: lr must be above 0, got -1"},
		{view.Command{Kind: view.Set, Setting: "batch", Value: 2001}, "sgd: batch must be a whole number from 1 to 2000, got 2001"},
		{view.Command{Kind: view.Set, Setting: "batch", Value: 8, Run: 1}, "full: a full gradient has no batch size"},
		{view.Command{Kind: view.Switch, Recipe: "sdg"}, `sgd: unknown optimizer "sdg"`},
		{view.Command{Kind: view.Switch, Recipe: "sgd:schedule=cosine"}, "sgd: recipe"},
		{view.Command{Kind: view.Add, Recipe: "sgd:batch=5000"}, "larger than the 2000 training examples"},
		{view.Command{Kind: view.Pause, Run: 2}, "sgd-2: it has ended (stopped); r restarts it"},
	} {
		if err := e.Do(c.command); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %+v: got %v, want %s", c.command.Kind, c.command, err, c.want)
		}
	}
	for range maxRuns - 3 {
		order(t, e, view.Command{Kind: view.Add, Recipe: "sgd:lr=0.001"})
	}
	for _, k := range []view.CommandKind{view.Add, view.Branch} {
		if err := e.Do(view.Command{Kind: k, Recipe: "sgd"}); err == nil || !strings.Contains(err.Error(), "the most there can be") {
			t.Errorf("run %d: got %v", maxRuns+1, err)
		}
	}
}

// The branches of several runs of one recipe are called in the order in which they were
// asked for, whichever run comes to its next step first.
func TestBranchesAreNamedInOrder(t *testing.T) {
	e := endless(t, "sgd:lr=0.1", "sgd:lr=0.2", "sgd:lr=0.3")
	var carry []func() error
	for id := range 3 {
		order(t, e, view.Command{Kind: view.Stop, Run: id})
		await(t, e, "its end", func(s *Report) bool { return s.Runs[id].State == view.Stopped })
		r, err := e.find(id)
		if err != nil {
			t.Fatal(err)
		}
		do, err := e.change(r, view.Command{Kind: view.Branch, Run: id}, 3)
		if err != nil {
			t.Fatal(err)
		}
		carry = append(carry, do)
	}
	for _, do := range slices.Backward(carry) {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	s := e.Report()
	for i, want := range []string{"sgd", "sgd-2", "sgd-3", "sgd-6", "sgd-5", "sgd-4"} {
		if got := s.Runs[i].Name; got != want {
			t.Errorf("run %d of %s is called %s, want %s", i, s.Runs[i].Recipe, got, want)
		}
	}
	if len(e.promised) > 0 {
		t.Errorf("still promised: %v", e.promised)
	}
}

// The name of a branch that is refused after it was queued is there for the next one.
func TestRefusedBranchKeepsNoName(t *testing.T) {
	e := endless(t, "sgd", "sgd")
	c := view.Command{Kind: view.Branch, Run: 1, ID: 7}
	r, err := e.find(c.Run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.change(r, c, 2); err != nil || len(e.promised) != 1 {
		t.Fatalf("promised %v, %v", e.promised, err)
	}
	e.tooLate(r, []queued{{Command: c, overruled: true, change: func() { t.Error("it is branched") }}})
	if len(e.promised) > 0 {
		t.Errorf("still promised: %v", e.promised)
	}
}

// Whoever only asks what a branch would come to takes no name.
func TestOfferOfBranchTakesNoName(t *testing.T) {
	e := endless(t, "sgd")
	c := view.Command{Kind: view.Branch, ID: 7}
	if o := e.Offer(c); o.Refused != "" {
		t.Fatal(o.Refused)
	}
	order(t, e, c)
	await(t, e, "the branch", func(s *Report) bool { return len(s.Runs) == 2 })
	if got := e.Report().Runs[1].Name; got != "sgd-2" {
		t.Errorf("the branch is called %s, want sgd-2", got)
	}
}
