package optimizers

import (
	"errors"
	"fmt"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text, estimator, rule string
		canonical             string // "" where it is the text
	}{
		{"sgd", "minibatch", "sgd", ""},
		{"minibatch", "minibatch", "sgd", ""},
		{"adam", "minibatch", "adam", ""},
		{"svrg", "svrg", "sgd", ""},
		{"adam+svrg", "svrg", "adam", ""},
		{"svrg+adam", "svrg", "adam", ""},
		{"sgd+full", "full", "sgd", ""},
		{"sgd:lr=0.1,batch=64,schedule=invsqrt", "minibatch", "sgd", ""},
		{"svrg:lr=0.02,batch=1,m=n/2,warm=1", "svrg", "sgd", ""},
		{"svrg:m=2n", "svrg", "sgd", ""},
		{"svrg:m=n", "svrg", "sgd", ""},
		{"svrg:m=3n/2", "svrg", "sgd", ""},
		{"svrg:m=0.5n", "svrg", "sgd", ""},
		{"svrg:m=1e4", "svrg", "sgd", ""},
		{"sgd:schedule=strong,mu=0.1,t0=1", "minibatch", "sgd", ""},
		{"sgd:mu=l2,schedule=strong", "minibatch", "sgd", ""},
		{"sgd:schedule=cosine,steps=1000,warmup=10", "minibatch", "sgd", ""},
		{"adamw:decay=l2", "minibatch", "adamw", ""},
		{"adamw:decay=0", "minibatch", "adamw", ""},
		{"sarah-plus:gamma=0.125,seed=7", "sarah-plus", "sgd", ""},
		{"  sgd : lr = 0.1 ,  batch=8 ", "minibatch", "sgd", "sgd:lr=0.1,batch=8"},
		{" svrg + adam ", "svrg", "adam", "svrg+adam"},
	} {
		r := parse(t, c.text)
		want := c.canonical
		if want == "" {
			want = c.text
		}
		if r.Estimator != c.estimator || r.Rule != c.rule || r.String() != want {
			t.Errorf("%q: got %s with %s, written %q, want %s with %s, %q", c.text, r.Estimator, r.Rule, r, c.estimator, c.rule, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `unknown optimizer "": want one of sgd, momentum, nesterov, adagrad, rmsprop, adam, amsgrad, amsgrad-torch, adamw, full, svrg, sarah, sarah-plus, saga`},
		{"sdg", `unknown optimizer "sdg": did you mean sgd? want one of sgd, momentum, nesterov, adagrad, rmsprop, adam, amsgrad, amsgrad-torch, adamw, full, svrg, sarah, sarah-plus, saga`},
		{"adam+", `unknown optimizer "": want one of sgd, momentum, nesterov, adagrad, rmsprop, adam, amsgrad, amsgrad-torch, adamw, full, svrg, sarah, sarah-plus, saga`},
		{"adam+sgd", `recipe "adam+sgd": a name has one estimator and one rule at most`},
		{"svrg+saga", `recipe "svrg+saga": a name has one estimator and one rule at most`},
		{"sgd+svrg+sgd", `recipe "sgd+svrg+sgd": a name has one estimator and one rule at most`},
		{"sgd:", `recipe "sgd:": nothing after the colon; want key=value,…`},
		{"sgd:lr", `recipe "sgd:lr": "lr" is not key=value`},
		{"sgd:lr=", `recipe "sgd:lr=": "lr=" is not key=value`},
		{"sgd:=1", `recipe "sgd:=1": "=1" is not key=value`},
		{"sgd:lr=0.1,", `recipe "sgd:lr=0.1,": "" is not key=value`},
		{"sgd:lr=0.1,lr=0.2", `recipe "sgd:lr=0.1,lr=0.2": lr is given twice`},
		{"full:batch=3", `recipe "full:batch=3": unknown key "batch"; full takes lr, schedule, warmup, sample, warm, warm_lr, warm_batch, seed, name`},
		{"sgd:momentum=0.9", `recipe "sgd:momentum=0.9": unknown key "momentum"; sgd takes lr, schedule, warmup, sample, warm, warm_lr, warm_batch, seed, name, batch`},
		{"sgd:t0=1", `recipe "sgd:t0=1": unknown key "t0"; sgd takes lr, schedule, warmup, sample, warm, warm_lr, warm_batch, seed, name, batch`},
		{"sgd:lr=fast", `recipe "sgd:lr=fast": lr is a number, got "fast"`},
		{"sgd:lr=nan", `recipe "sgd:lr=nan": lr is a number, got "nan"`},
		{"sgd:lr=inf", `recipe "sgd:lr=inf": lr is a number, got "inf"`},
		{"sgd:lr=1e999", `recipe "sgd:lr=1e999": lr is a number, got "1e999"`},
		{"sgd:lr=n/2", `recipe "sgd:lr=n/2": lr is a number, got "n/2"`},
		{"sgd:lr=l2", `recipe "sgd:lr=l2": lr is a number, got "l2"`},
		{"sgd:lr=0", `recipe "sgd:lr=0": lr must be above 0, got 0`},
		{"sgd:lr=-1", `recipe "sgd:lr=-1": lr must be above 0, got -1`},
		{"sgd:batch=0", `recipe "sgd:batch=0": batch must be at least 1, got 0`},
		{"sgd:batch=1.5", `recipe "sgd:batch=1.5": batch is a whole number, got "1.5"`},
		{"sgd:batch=1e30", `recipe "sgd:batch=1e30": batch is a whole number of at most 2⁵³, got "1e30"`},
		{"svrg:m=-2n", `recipe "svrg:m=-2n": m is a number or a share of n, such as n/2 or 2n, got "-2n"`},
		{"svrg:m=0n", `recipe "svrg:m=0n": m is a number or a share of n, such as n/2 or 2n, got "0n"`},
		{"svrg:m=infn", `recipe "svrg:m=infn": m is a number or a share of n, such as n/2 or 2n, got "infn"`},
		{"svrg:m=1e300n", `recipe "svrg:m=1e300n": m is a whole number of at most 2⁵³, got "1e300n"`},
		{"svrg:m=n/0", `recipe "svrg:m=n/0": m is a number or a share of n, such as n/2 or 2n, got "n/0"`},
		{"svrg:m=n/inf", `recipe "svrg:m=n/inf": m is a number or a share of n, such as n/2 or 2n, got "n/inf"`},
		{"svrg:m=n/", `recipe "svrg:m=n/": m is a number or a share of n, such as n/2 or 2n, got "n/"`},
		{"svrg:m=n2", `recipe "svrg:m=n2": m is a number or a share of n, such as n/2 or 2n, got "n2"`},
		{"svrg:option=3", `recipe "svrg:option=3": option is one of 1, 2, got "3"`},
		{"sgd:schedule=poly", `recipe "sgd:schedule=poly": schedule is one of constant, invsqrt, strong, cosine, linear, got "poly"`},
		{"sgd:seed=1e17", `recipe "sgd:seed=1e17": seed is a whole number of at most 2⁵³, got "1e17"`},
		{"adam:beta2=1", `recipe "adam:beta2=1": beta2 must be at least 0 and at most 0.99999999, got 1`},
		{"adam:eps=0", `recipe "adam:eps=0": eps must be above 0, got 0`},
		{"momentum:momentum=-0.1", `recipe "momentum:momentum=-0.1": momentum must be at least 0 and at most 0.999999, got -0.1`},
	} {
		r, err := Default().Parse(c.text)
		if err == nil || err.Error() != c.want {
			t.Errorf("%q: got %v (%v), want %s", c.text, err, r, c.want)
		}
	}
}

func TestRecipeWith(t *testing.T) {
	r := parse(t, "svrg:lr=0.1,m=n")
	changed := r.With("lr", "0.2").With("batch", "4")
	if got, want := changed.String(), "svrg:lr=0.2,m=n,batch=4"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := r.String(), "svrg:lr=0.1,m=n"; got != want {
		t.Errorf("the recipe itself became %q, want %q", got, want)
	}
	// Two recipes made from one do not share what they add.
	base := r.With("warm", "1")
	a, b := base.With("batch", "2"), base.With("seed", "3")
	if a.String() != "svrg:lr=0.1,m=n,warm=1,batch=2" || b.String() != "svrg:lr=0.1,m=n,warm=1,seed=3" {
		t.Errorf("got %q and %q", a, b)
	}
	if v, ok := changed.Get("batch"); v != "4" || !ok {
		t.Errorf("got %q, %v, want 4", v, ok)
	}
	if v, ok := changed.Get("seed"); v != "" || ok {
		t.Errorf("got %q, %v, want nothing", v, ok)
	}
}

// FuzzParse wants no panic from any text, a canonical form that parses to
// itself, and a method or an error from whatever parses.
func FuzzParse(f *testing.F) {
	for _, seed := range append(everyPair(), estimatorRecipes()...) {
		f.Add(seed)
	}
	for _, seed := range []string{"sgd:schedule=strong,t0=1", "sgd : lr=0x1p-2", "svrg:m=infn", "svrg:m=1e300n/7", "saga:schedule=linear,warm=1e300", "adamw:decay=l2", "sgd:batch=l2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := Default()
		r, err := c.Parse(text)
		if err != nil {
			return
		}
		again, err := c.Parse(r.String())
		if err != nil || again.String() != r.String() || again.Estimator != r.Estimator || again.Rule != r.Rule {
			t.Fatalf("%q is written %q, which parses as %q, %v", text, r, again, err)
		}
		m, err := c.Build(r, Problem{N: 100, L2: 1e-3, Linear: true, Evals: 1000})
		if err != nil {
			return
		}
		if x := m.LR * m.Schedule.At(1); !(x >= 0) {
			t.Fatalf("%q: the first step size is %g", text, x)
		}
		theta, o := make([]float64, 8), leastSquares(100, 1)
		if cost := m.Estimator.Cost(o); cost <= 0 {
			t.Fatalf("%q: the first step costs %d", text, cost)
		}
		m.Rule.Apply(theta, make([]float64, 8), 0)
	})
}

// A recipe's error says what is wrong also without the recipe, and Check finds
// in a recipe what Parse finds in its text.
func TestRecipeError(t *testing.T) {
	_, parsed := Default().Parse("sgd:lr=0")
	checked := Default().Check(parse(t, "sgd").With("lr", "0"))
	_, built := Default().Build(parse(t, "sgd:batch=9"), Problem{N: 8, Linear: true})
	for _, c := range []struct {
		err          error
		recipe, want string
	}{
		{parsed, "sgd:lr=0", "lr must be above 0, got 0"},
		{checked, "sgd:lr=0", "lr must be above 0, got 0"},
		{built, "sgd:batch=9", "batch 9 is larger than the 8 training examples"},
	} {
		var wrong RecipeError
		if !errors.As(c.err, &wrong) || wrong.Recipe != c.recipe || wrong.Err.Error() != c.want {
			t.Errorf("got %v, want a RecipeError of %s: %s", c.err, c.recipe, c.want)
		}
		if want := fmt.Sprintf("recipe %q: %s", c.recipe, c.want); c.err.Error() != want {
			t.Errorf("it reads %q, want %q", c.err, want)
		}
	}
	if err := Default().Check(parse(t, "sgd").With("lr", "0.1")); err != nil {
		t.Errorf("a recipe that is right: %v", err)
	}
}
