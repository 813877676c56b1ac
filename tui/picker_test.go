package tui

import (
	"slices"
	"strings"
	"testing"

	"optwatch/train"
)

// pick moves a column of the picker to a part.
func pick(t *testing.T, m *model, column int, name string) {
	t.Helper()
	p := m.over.(*picker)
	for p.focus != column {
		press(m, "tab")
	}
	c := &p.columns[column]
	for range c.parts {
		press(m, "k")
	}
	for c.parts[c.at].name != name {
		was := c.at
		press(m, "j")
		if c.at == was {
			t.Fatalf("no part %q", name)
		}
	}
}

func TestPickerBeginsWhereTheRunIs(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "j", "j", "o") // svrg
	p := m.over.(*picker)
	for i, want := range []string{"svrg", "sgd", "constant"} {
		if got := p.columns[i].parts[p.columns[i].at].name; got != want {
			t.Errorf("column %d is at %s, want %s", i, got, want)
		}
	}
	press(m, "enter")
	wantAsked(t, src)
	wantSeen(t, m, "nothing to switch")
}

func TestPickerSwitches(t *testing.T) {
	for _, test := range []struct {
		run                       int
		estimator, rule, schedule string
		want                      string
	}{
		{0, "minibatch", "adam", "constant", "adam:batch=64"},
		{0, "svrg", "sgd", "constant", "svrg"},
		{0, "svrg", "adam", "invsqrt", "adam+svrg:schedule=invsqrt"},
		{2, "svrg", "adam", "constant", "adam+svrg:batch=1,m=n/2"},
		{2, "saga", "sgd", "constant", "saga"},
		{2, "svrg", "sgd", "strong", "svrg:lr=0.02,schedule=strong,batch=1,m=n/2"},
	} {
		src := &stub{snap: sample(3, 40)}
		m := newTestModel(src, 120, 40)
		for range test.run {
			press(m, "j")
		}
		press(m, "o")
		for i, name := range []string{test.estimator, test.rule, test.schedule} {
			pick(t, m, i, name)
		}
		press(m, "enter")
		wantAsked(t, src, train.Command{Kind: train.Switch, Run: test.run, Recipe: test.want})
	}
}

func TestPickerSaysWhatASwitchCosts(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	press(m, "o")
	wantSeen(t, m, "no gradient evaluations", "kept")
	pick(t, m, 0, "svrg")
	wantSeen(t, m, "50 000 evaluations to begin", "Johnson and Zhang 2013")
	pick(t, m, 1, "adam")
	wantSeen(t, m, "adam+svrg", "the default", "state of adam starts at zero")
}

// What cannot be combined is shown with the reason, and enter leaves it.
func TestPickerRefuses(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	src.snap.Problem.Problem.Linear = false
	m := newTestModel(src, 120, 40)
	press(m, "o")
	pick(t, m, 0, "saga")
	wantSeen(t, m, "refused", "linear models")
	if strings.Contains(footerWords(m), "apply") {
		t.Error("the footer offers to apply it")
	}
	press(m, "enter")
	wantAsked(t, src)
	if m.over == nil {
		t.Error("the picker is gone")
	}
	p := m.over.(*picker)
	for _, e := range p.columns[0].parts {
		if (e.wrong != nil) != (e.name == "saga") {
			t.Errorf("%s: wrong is %v", e.name, e.wrong)
		}
	}
}

// A run's learning rate, changed under way, is the one that is kept.
func TestPickerKeepsTheRateOfNow(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	src.run(0).LR = 0.125
	m := newTestModel(src, 40, 12)
	press(m, "o")
	pick(t, m, 2, "invsqrt")
	wantSeen(t, m, "0.125, kept")
	press(m, "enter")
	wantAsked(t, src, train.Command{Kind: train.Switch, Recipe: "sgd:lr=0.125,schedule=invsqrt,batch=64"})
}

// partNames are the parts that a column of the picker offers.
func partNames(m *model, column int) []string {
	var names []string
	for _, p := range m.over.(*picker).columns[column].parts {
		names = append(names, p.name)
	}
	return names
}

// A federated run goes from strategy to strategy, a centralised one from
// estimator to estimator, and neither is offered the other's.
func TestPickerOffersItsOwnKind(t *testing.T) {
	m := newFederatedModel(&stub{snap: federated(1, 40, 5)}, 120, 40)
	press(m, "o")
	for column, never := range [][]string{{"fedavg", "fedprox"}, {"fedyogi"}} {
		for _, name := range never {
			if slices.Contains(partNames(m, column), name) {
				t.Errorf("sgd is offered %s", name)
			}
		}
	}
	wantSeen(t, m, "estimator", "saga")
	press(m, "esc", "j", "o")
	if got := partNames(m, 0); !slices.Equal(got, []string{"fedavg", "fedprox"}) {
		t.Errorf("strategies offered: %v", got)
	}
	for _, name := range []string{"sgd", "adam", "fedyogi"} {
		if !slices.Contains(partNames(m, 1), name) {
			t.Errorf("no server rule %s", name)
		}
	}
	wantSeen(t, m, "strategy", "server rule", "of the clients, kept")
}

// What the strategies have in common stays, and so does the clients' learning rate.
func TestPickerKeepsTheFederation(t *testing.T) {
	for _, test := range []struct{ strategy, rule string }{{"fedprox", "sgd"}, {"fedavg", "adam"}, {"fedavg", "fedyogi"}, {"fedprox", "fedyogi"}} {
		src := &stub{snap: federated(1, 40, 5)}
		src.run(1).Recipe, src.run(1).LR = "fedavg:lr=0.1,clients=5,partition=classes-2,epochs=3,server_lr=0.5", 0.05
		m := newFederatedModel(src, 120, 40)
		press(m, "j", "o")
		pick(t, m, 0, test.strategy)
		pick(t, m, 1, test.rule)
		press(m, "enter")
		if len(src.asked) != 1 || src.asked[0].Kind != train.Switch || src.asked[0].Run != 1 {
			t.Fatalf("%v: asked for %v", test, src.asked)
		}
		got, err := m.catalogue.Parse(src.asked[0].Recipe)
		if err != nil || got.Estimator != test.strategy || got.Rule != test.rule {
			t.Fatalf("%v: %q is %s with %s, %v", test, src.asked[0].Recipe, got.Estimator, got.Rule, err)
		}
		for key, want := range map[string]string{"lr": "0.05", "clients": "5", "partition": "classes-2", "epochs": "3"} {
			if value, _ := got.Get(key); value != want {
				t.Errorf("%v: %s is %q, want %q, in %s", test, key, value, want, got)
			}
		}
		if _, kept := got.Get("server_lr"); kept != (test.rule == "sgd") {
			t.Errorf("%v: the server's learning rate goes with its rule: %s", test, got)
		}
		if _, ok := got.Get("mu"); ok {
			t.Errorf("a μ that nobody gave: %s", got)
		}
	}
}

// The default is not called what is kept.
func TestPickerSaysWhoseRateItIs(t *testing.T) {
	m := newTestModel(&stub{snap: sample(1, 40)}, 120, 40)
	press(m, "o")
	pick(t, m, 0, "svrg")
	wantSeen(t, m, "0.02, the default")
}
