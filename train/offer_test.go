package train

import (
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// What an offer refuses Do refuses too, and in the same words; what it lets
// pass is taken.
func TestOffersOfSettings(t *testing.T) {
	e := endless(t, "sgd:lr=0.1", "full")
	for _, c := range []struct {
		run     int
		key     string
		refused string
		values  []float64
	}{
		{0, "lr", "", []float64{1e-300, 0.1, 0.5, 1e300}},
		{0, "lr", "lr must be above 0", []float64{0, -1, math.NaN(), math.Inf(1), math.Inf(-1)}},
		{0, "batch", "", []float64{1, 64, 2000}},
		{0, "batch", "batch must be a whole number from 1 to 2000", []float64{0, -3, 1.5, 2001, 1e300, math.NaN(), math.Inf(1), math.Inf(-1)}},
		{1, "batch", "a full gradient has no batch size", []float64{8}},
		{0, "epochs", "not a federated run", []float64{2}},
		{0, "mu", "not a federated run", []float64{0, 1}},
		{0, "bach", `no setting "bach"`, []float64{1}},
		{0, "", `no setting ""`, []float64{1}},
	} {
		for _, v := range c.values {
			command := view.Command{Kind: view.Set, Run: c.run, Setting: c.key, Value: v}
			o := e.Offer(command)
			if (c.refused == "") != (o.Refused == "") || !strings.Contains(o.Refused, c.refused) {
				t.Errorf("%s %g: refused %q, want %q", c.key, v, o.Refused, c.refused)
			}
			if want := c.refused == "" && v == map[string]float64{"lr": 0.1, "batch": 64}[c.key]; o.Same != want {
				t.Errorf("%s %g: the same: %t", c.key, v, o.Same)
			}
			if c.refused != "" {
				if err := e.Do(command); err == nil || !strings.HasSuffix(err.Error(), o.Refused) {
					t.Errorf("%s %g: Do says %v, the offer %q", c.key, v, err, o.Refused)
				}
			}
		}
	}
	halt(t, e, 0)
	for key, v := range map[string]float64{"lr": 1e-300, "batch": 2000} {
		order(t, e, view.Command{Kind: view.Set, Setting: key, Value: v})
		await(t, e, key, func(*Report) bool { got, _ := e.Snapshot().Runs[0].Setting(key); return got == v })
	}
}

// What is offered of a run that has ended, or of none.
func TestOffersOfEndedRuns(t *testing.T) {
	e := begin(t, config(200, "sgd"))
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	for k := range view.RejoinClient + 1 {
		c := view.Command{Kind: k, Setting: "lr", Value: 0.5, Recipe: "adam"}
		got := e.Offer(c).Refused
		if taken := k == view.Restart || k == view.Add || k == view.Branch; taken != (got == "") {
			t.Errorf("%s: refused %q", k, got)
		}
		if c.Run = 7; k != view.Add && e.Offer(c).Refused != "there is no run 7" {
			t.Errorf("%s: refused %q of a run that there is not", k, e.Offer(c).Refused)
		}
	}
	if e.Offer(view.Command{Kind: 99}).Refused == "" {
		t.Error("there is a command 99")
	}
	for len(e.Report().Runs) < maxRuns {
		order(t, e, view.Command{Kind: view.Add, Recipe: "sgd"})
	}
	for _, k := range []view.CommandKind{view.Add, view.Branch} {
		if got := e.Offer(view.Command{Kind: k, Recipe: "sgd"}).Refused; !strings.Contains(got, "the most there can be") {
			t.Errorf("%s one more: refused %q", k, got)
		}
	}
}

func TestCompletions(t *testing.T) {
	e := endless(t, "sgd")
	for typed, c := range map[string]struct {
		has, lacks string // completions
		refused    bool
	}{
		"":                               {"svrg", "lr=", true},
		"sv":                             {"svrg", "sgd", true},
		"svrg":                           {"", "svrg", false},
		"svrg:":                          {"m=", "beta1=", true},
		"svrg:m=100,l":                   {"lr=", "m=", true},
		"sgd:schedule=cosine,f":          {"", "m=", true},
		"adam+sv":                        {"svrg", "sgd", true},
		"nothing:":                       {"", "lr=", true},
		"sgd:lr=0":                       {"", "lr=", true},
		"sgd:lr=NaN":                     {"", "lr=", true},
		"sgd:batch=2001":                 {"", "batch=", true},
		"sgd:batch=2000":                 {"", "batch=", false},
		strings.Repeat("svrg:m=n/2,", 9): {"lr=", "svrg", true},
	} {
		o := e.Offer(view.Command{Kind: view.Add, Recipe: typed})
		if c.has != "" && !slices.Contains(o.Completions, c.has) || slices.Contains(o.Completions, c.lacks) {
			t.Errorf("%q is completed by %v", typed, o.Completions)
		}
		if c.refused != (o.Refused != "") {
			t.Errorf("%q: refused %q", typed, o.Refused)
		}
	}
	if o := e.Offer(view.Command{Kind: view.Add, Recipe: "svrg"}); o.Summary != "svrg · sgd" {
		t.Errorf("svrg comes to %q", o.Summary)
	}
}

// The parts of a centralised method: each choice that is not refused can be
// sent, and what is sent comes to what was offered.
func TestOffersOfMethods(t *testing.T) {
	e := endless(t, "adam:lr=0.01,batch=32")
	halt(t, e, 0)
	now := e.Offer(view.Command{Kind: view.Switch})
	var chosen []string
	for _, p := range now.Parts {
		chosen = append(chosen, p.Choices[p.At].Name)
	}
	if !now.Same || now.Refused != "" || !slices.Equal(chosen, []string{"minibatch", "adam", "constant"}) {
		t.Fatalf("at first %v, same %t, refused %q", chosen, now.Same, now.Refused)
	}
	for i, p := range now.Parts {
		for _, c := range p.Choices {
			choice := slices.Clone(chosen)
			choice[i] = c.Name
			if o := e.Offer(view.Command{Kind: view.Switch, Choice: choice}); c.Refused != (o.Refused != "") || o.Parts[i].Choices[o.Parts[i].At].Name != c.Name {
				t.Errorf("%v: refused %t as a choice, and %q by itself", choice, c.Refused, o.Refused)
			}
		}
	}
	svrg := e.Offer(view.Command{Kind: view.Switch, Choice: []string{"svrg", "adam", "constant"}})
	if svrg.Same || len(svrg.Details) != 3 || svrg.Details[1].Count != 2000 || svrg.Details[1].Text != "evaluations to begin" {
		t.Errorf("SVRG costs %+v", svrg.Details)
	}
	if d := now.Details; len(d) != 3 || d[0].Text != "0.01, kept" || d[1].Count != 0 || d[1].Text != "no gradient evaluations" {
		t.Errorf("what it has costs %+v", d)
	}
	o := e.Offer(view.Command{Kind: view.Switch, Recipe: svrg.Recipe})
	if o.Recipe != svrg.Recipe || o.Refused != "" || o.Same || o.Parts[0].Choices[o.Parts[0].At].Name != "svrg" {
		t.Errorf("the recipe %s comes to %s, refused %q", svrg.Recipe, o.Recipe, o.Refused)
	}
	for _, choice := range [][]string{{}, {"svrg"}, {"svrg", "adam", "constant", "x"}, {"x", "adam", "constant"}, {"svrg", "adam", "x"}} {
		c := view.Command{Kind: view.Switch, Choice: choice}
		if err := e.Do(c); err == nil || e.Offer(c).Refused == "" {
			t.Errorf("%v is taken", choice)
		}
	}
	if o := e.Offer(view.Command{Kind: view.Switch, Recipe: "sdg"}); o.Refused == "" {
		t.Error("sdg is offered")
	}
	order(t, e, view.Command{Kind: view.Switch, Choice: []string{"svrg", "adam", "constant"}})
	if s := await(t, e, "the switch", func(s *Report) bool { return s.Runs[0].Estimator == "svrg" }); s.Runs[0].Recipe != svrg.Recipe {
		t.Errorf("it is now %s, offered was %s", s.Runs[0].Recipe, svrg.Recipe)
	}
}

// Before there is a problem nothing is offered.
func TestOffersWhileLoading(t *testing.T) {
	e := newExperiment(t.Context(), Config{Catalogue: optimizers.Default()})
	for k := range view.RejoinClient + 1 {
		if o, err := e.Offer(view.Command{Kind: k}), e.Do(view.Command{Kind: k}); err != errLoading || o.Refused != errLoading.Error() {
			t.Errorf("%s: refused %q and %v", k, o.Refused, err)
		}
	}
}
