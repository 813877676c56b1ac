package fed_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/fed/partition"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/view"
)

// The exam of saving, for federations: one that is saved on its way, as bytes,
// and goes on in another experiment ends as one that was never saved.

// bench is where trials are made on 60 examples, with a clock that stands still:
// all that is known of a run must then be the same to the bit, times too.
func bench(t *testing.T) *train.Bench {
	t.Helper()
	c := config(60)
	c.Clock = func() time.Time { return time.Time{} }
	b, err := train.NewBench(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	b.Optimum() // advice depends on whether f* has been found, so that it is to be known before
	return b
}

// through writes a state to bytes and reads it back.
func through(t *testing.T, s *train.RunState) *train.RunState {
	t.Helper()
	back, err := train.DecodeState(s.Encode())
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// saved is the state of a trial.
func saved(t *testing.T, trial *train.Trial) *train.RunState {
	t.Helper()
	s, err := trial.Save()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// unlike names the parts in which two states differ.
func unlike(a, b *train.RunState) (names []string) {
	for i := range reflect.TypeFor[train.RunState]().NumField() {
		part := func(s *train.RunState) string {
			v := reflect.ValueOf(s).Elem().Field(i)
			if v.Kind() == reflect.Pointer && !v.IsNil() {
				v = v.Elem()
			}
			return fmt.Sprintf("%+v", v)
		}
		if part(a) != part(b) {
			names = append(names, reflect.TypeFor[train.RunState]().Field(i).Name)
		}
	}
	return names
}

// kinds are ways to hide something, and faults, that federations are examined with.
var kinds = []struct{ name, settings string }{
	{"nothing hidden", "fraction=0.6,drop=0.1"},
	{"stragglers", "slow=0.4,deadline=2,schedule=cosine,partition=sizes"},
	{"clipped clients", "clip=0.3"},
	{"hidden clients", "noise=0.7,fraction=0.5"},
	{"hidden clients within ε", "epsilon=80,rounds=900,fraction=0.5"},
	{"clipped examples", "privacy=example,clip=0.5,fraction=0.6"},
	{"hidden examples", "privacy=example,noise=0.8,schedule=linear"},
	{"hidden examples within ε", "privacy=example,epsilon=300,rounds=900"},
}

// Every strategy with every rule of a server, and whatever is hidden, goes on
// from its saved state to the bit, but for what the catalogue refuses anyway.
func TestEveryFederationGoesOn(t *testing.T) {
	c := fed.Catalogue(optimizers.Default())
	first, second := bench(t), bench(t)
	refused, looked := map[string]bool{}, 0
	for _, strategy := range []string{"fedavg", "fedprox", "scaffold", "fednova"} {
		for _, rule := range c.Rules {
			for i, kind := range kinds {
				recipe := fmt.Sprintf("%s+%s:clients=5,epochs=3,batch=5,lr=0.0123456789,%s", strategy, rule.Name, kind.settings)
				trial, err := first.Trial(recipe, 1, 2*half)
				if err != nil {
					_, why, _ := strings.Cut(err.Error(), `": `)
					refused[why] = true
					continue
				}
				k := int64(half)
				if i%2 == 0 {
					k = firstLook + trial.FirstCost() - 1
				}
				if goesOn(t, recipe, trial.Diagnosed(), second, k).Federation.Examine {
					looked++
				}
			}
		}
	}
	if looked < 20 {
		t.Errorf("only %d were saved between a look and the round that is compared", looked)
	}
	want := map[string]bool{
		"adamw decays the weights by itself, which the clients do already; it cannot be the server's rule": true,
		"scaffold has no noise at the client's level; privacy=example has, or fedavg and fedprox":          true,
		"fednova has no noise at the client's level; privacy=example has, or fedavg and fedprox":           true,
	}
	if !reflect.DeepEqual(refused, want) {
		t.Errorf("refused are %v, want %v", refused, want)
	}
}

// Every rule of the clients, average and partition goes on as well; what they
// carry within a round is none of the run's state.
func TestEveryPartOfAFederationGoesOn(t *testing.T) {
	c := optimizers.Default()
	var recipes []string
	for _, rule := range c.Rules {
		recipes = append(recipes, "fedavg:local="+rule.Name)
	}
	for _, aggregate := range []string{"median", "trimmed", "krum", "multi-krum"} {
		recipes = append(recipes, "fedprox:aggregate="+aggregate)
	}
	for _, p := range partition.Schemes() {
		recipes = append(recipes, "scaffold:partition="+p.Name)
	}
	recipes = append(recipes, "scaffold:weights=uniform,partition=sizes", "fednova:local=momentum,slow=0.4,deadline=2")
	first, second := bench(t), bench(t)
	for _, recipe := range recipes {
		trial, err := first.Trial(recipe+",clients=5,epochs=3,batch=5", 1, 2*half)
		if err != nil {
			t.Fatal(err)
		}
		goesOn(t, recipe, trial.Diagnosed(), second, half)
	}
}

const (
	firstLook = 6000 // evaluations at which five clients are first compared
	half      = 7000 // evaluations, before the second look
)

// goesOn compares a trial of 14,000 evaluations with one that goes on from where
// it was at k, and returns that state.
func goesOn(t *testing.T, recipe string, trial *train.Trial, elsewhere *train.Bench, k int64) *train.RunState {
	t.Helper()
	trial.Advance(k)
	s := saved(t, trial)
	next, err := elsewhere.Resume(through(t, s), 2*half)
	if err != nil {
		t.Errorf("%s: %v", recipe, err)
		return s
	}
	if again := saved(t, next); !bytes.Equal(again.Encode(), s.Encode()) {
		t.Errorf("%s: as it is restored it has another %v", recipe, unlike(again, s))
	}
	wantState, wantWhy := trial.Advance(2 * half)
	if state, why := next.Advance(2 * half); state != wantState || why != wantWhy {
		t.Errorf("%s: it ends as %s (%s), else as %s (%s)", recipe, state, why, wantState, wantWhy)
	}
	got, want := saved(t, next), saved(t, trial)
	if !bytes.Equal(got.Encode(), want.Encode()) {
		t.Errorf("%s: it ends with another %v", recipe, unlike(got, want))
	}
	hidden := trial.Federated().Privacy != nil
	if rounds := trial.Federated().Round; rounds < 8 || got.Diagnosis == nil || got.Diagnosis.Probes < 2 || (got.Diagnosis.Clients == nil) != hidden {
		t.Errorf("%s: %d rounds, and the diagnosis is %+v", recipe, rounds, got.Diagnosis)
	}
	return s
}

// Noise that nobody can reproduce is saved without the key that it follows from,
// and the state says so: the run goes on with the privacy that it has spent, but
// not to the same bits.
func TestSecretNoiseIsNotSaved(t *testing.T) {
	for _, recipe := range []string{"fedavg:clients=5,noise=1,private=1", "fedavg:clients=5,noise=1,private=1,privacy=example"} {
		trial, err := bench(t).Trial(recipe, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		trial.Advance(500)
		s := saved(t, trial)
		if !s.Federation.Secret {
			t.Errorf("%s: the state does not say that its noise is secret", recipe)
		}
		next, err := bench(t).Resume(through(t, s), 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(*next.Federated().Privacy), fmt.Sprint(*trial.Federated().Privacy); got != want {
			t.Errorf("%s: it goes on with %s, want %s", recipe, got, want)
		}
		trial.Advance(1000)
		next.Advance(1000)
		if slices.Equal(next.Theta(), trial.Theta()) || next.Federated().Privacy.Epsilon != trial.Federated().Privacy.Epsilon {
			t.Errorf("%s: it has the same noise twice, or has not accounted for it", recipe)
		}
	}
}

// A federation that is saved at any moment, also with clients left out and
// settings changed, shows what it showed and goes on to the same.
func TestSavedAtAnyMoment(t *testing.T) {
	recipes := append(everyMethod(",batch=16,fraction=0.6,rounds=60"),
		"fedavg:clients=5,noise=0.5,rounds=60", "fedavg:clients=5,privacy=example,noise=1,batch=10,local=adam,rounds=60", "fednova:clients=5,local=momentum,drop=0.2,rounds=60")
	recipes = recipes[:min(len(recipes), 16)]
	c := config(200, recipes...)
	e := begin(t, c)
	await(t, e, "the runs", func(runs []train.RunReport) bool { return len(runs) == len(recipes) && runs[len(runs)-1].Step > 0 })
	var states []*train.RunState
	for id := range recipes {
		for _, command := range []view.Command{{Kind: view.DropClient, Client: 4}, {Kind: view.Set, Setting: "mu", Value: 1.0 / 3}, {Kind: view.Set, Setting: "lr", Value: 1.0 / 30}, {Kind: view.Pause}} {
			command.Run = id
			_ = e.Do(command) // some are not for all, and it may have ended
		}
		await(t, e, "the pause", func(runs []train.RunReport) bool {
			return runs[id].Pending == view.Nothing && runs[id].State != view.Running
		})
		s, err := e.Save(id)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, through(t, s))
	}
	if !slices.ContainsFunc(states, func(s *train.RunState) bool { return s.Standing.State == view.Paused }) {
		t.Error("all had ended before they were saved")
	}
	before := e.Report().Runs
	c.Recipes = lineUp(c.Catalogue)
	c.Resume = states
	f := begin(t, c)
	restored := await(t, f, "the runs", func(runs []train.RunReport) bool { return len(runs) == len(recipes) })
	for id := range recipes {
		if got, want := fmt.Sprintf("%+v", restored[id].Federated.Clients), fmt.Sprintf("%+v", before[id].Federated.Clients); got != want {
			t.Errorf("%s shows the clients %s, want %s", recipes[id], got, want)
		}
	}
	for _, x := range []*train.Experiment{e, f} {
		for id := range recipes {
			_ = x.Do(view.Command{Kind: view.Resume, Run: id})
		}
	}
	want, got := wait(t, e), wait(t, f)
	for id := range recipes {
		if got[id].ThetaSHA256 != want[id].ThetaSHA256 || got[id].Step != want[id].Step || got[id].State != want[id].State || got[id].Recipe != want[id].Recipe {
			t.Errorf("%s ends as %s at step %d, %.8s; want %s, %d, %.8s", recipes[id], got[id].State, got[id].Step, got[id].ThetaSHA256, want[id].State, want[id].Step, want[id].ThetaSHA256)
		}
	}
}
