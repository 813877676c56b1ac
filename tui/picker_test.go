package tui

import (
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
