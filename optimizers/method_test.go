package optimizers

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"optwatch/optimizers/matrix"
)

// digits is a problem of the size of MNIST's first 50,000.
var digits = Problem{N: 50_000, L2: 1e-3, Spans: []matrix.Span{{Lo: 0, Hi: 1}}, Linear: true, Evals: 500_000}

func TestBuild(t *testing.T) {
	for _, c := range []struct {
		recipe    string
		estimator Estimator
		rule      Rule
		lr        float64
		replace   bool
	}{
		{"sgd", &Minibatch{Batch: 64}, &SGD{}, 0.1, false},
		{"sgd:batch=128,lr=0.3,sample=replace", &Minibatch{Batch: 128}, &SGD{}, 0.3, true},
		{"momentum:momentum=0.8,dampening=0.1", &Minibatch{Batch: 64}, &Momentum{Mu: 0.8, Tau: 0.1}, 0.02, false},
		{"nesterov", &Minibatch{Batch: 64}, &Nesterov{Mu: 0.9}, 0.02, false},
		{"adagrad:eps=1e-6", &Minibatch{Batch: 64}, &Adagrad{Eps: 1e-6}, 0.02, false},
		{"rmsprop:rho=0.9", &Minibatch{Batch: 64}, &RMSProp{Rho: 0.9, Eps: 1e-8}, 0.001, false},
		{"adam:beta1=0.8,beta2=0.9,eps=1e-7", &Minibatch{Batch: 64}, &Adam{Beta1: 0.8, Beta2: 0.9, Eps: 1e-7}, 0.001, false},
		{"amsgrad", &Minibatch{Batch: 64}, &AMSGrad{Adam: usual}, 0.001, false},
		{"amsgrad-torch", &Minibatch{Batch: 64}, &AMSGradTorch{Adam: usual}, 0.001, false},
		{"adamw", &Minibatch{Batch: 64}, &AdamW{Adam: usual, Decay: 1e-3, Spans: digits.Spans}, 0.001, false},
		{"adamw:decay=0.1", &Minibatch{Batch: 64}, &AdamW{Adam: usual, Decay: 0.1, Spans: digits.Spans}, 0.001, false},
		{"full", &Full{}, &SGD{}, 0.1, false},
		{"svrg", &SVRG{M: 5000, Batch: 1}, &SGD{}, 0.02, true},
		{"svrg:m=n/2,option=2,stored=1,batch=4", &SVRG{M: 25000, Batch: 4, Second: true, Stored: true}, &SGD{}, 0.02, true},
		{"svrg:m=2n,sample=shuffle", &SVRG{M: 100_000, Batch: 1}, &SGD{}, 0.02, false},
		{"sarah:m=n", &SARAH{M: 50_000, Batch: 1}, &SGD{}, 0.02, true},
		{"sarah-plus:gamma=0.25", &SARAH{M: 5000, Batch: 1, Plus: true, Gamma: 0.25}, &SGD{}, 0.02, true},
		{"saga:batch=2", &SAGA{Batch: 2}, &SGD{}, 0.02, true},
		{"adam+svrg", &SVRG{M: 5000, Batch: 1}, ptr(usual), 0.001, true},
		{"svrg+adam:lr=0.5", &SVRG{M: 5000, Batch: 1}, ptr(usual), 0.5, true},
		{"svrg+momentum", &SVRG{M: 5000, Batch: 1}, &Momentum{Mu: 0.9}, 0.02 * (0.02 / 0.1), true}, // a fifth, as of SGD's 0.1
		{"saga+adagrad", &SAGA{Batch: 1}, &Adagrad{Eps: 1e-8}, 0.02, true},
		{"full+momentum", &Full{}, &Momentum{Mu: 0.9}, 0.02, false},
	} {
		m := build(t, c.recipe, digits)
		if !reflect.DeepEqual(m.Estimator, c.estimator) || !reflect.DeepEqual(m.Rule, c.rule) {
			t.Errorf("%s: got %+v and %+v, want %+v and %+v", c.recipe, m.Estimator, m.Rule, c.estimator, c.rule)
		}
		if m.LR != c.lr || m.Replace != c.replace || m.Schedule != Schedule(Constant{}) {
			t.Errorf("%s: got lr %g, replace %v, %+v, want %g, %v, constant", c.recipe, m.LR, m.Replace, m.Schedule, c.lr, c.replace)
		}
	}
}

func TestBuildWarm(t *testing.T) {
	if got, want := build(t, "svrg:warm=1", digits).Warm, (Warm{Passes: 1, LR: 0.3, Batch: 64}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := build(t, "svrg:warm=0.5,warm_lr=0.1,warm_batch=32", digits).Warm, (Warm{Passes: 0.5, LR: 0.1, Batch: 32}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// strong is 2/(μ(t+t₀)) for all t where two of α, μ and t₀ follow from each
// other, and begins at α where t₀ follows from it.
func TestBuildStrong(t *testing.T) {
	for _, c := range []struct {
		recipe string
		mu, t0 float64
	}{
		{"sgd:schedule=strong,t0=1", 1e-3, 1}, // the paper's: 2/(2μ) = 1000 at first
		{"sgd:schedule=strong,t0=20000", 1e-3, 20000},
		{"sgd:schedule=strong,t0=10,mu=0.5", 0.5, 10},
		{"sgd:schedule=strong,lr=0.1", 1e-3, 19999},
		{"sgd:schedule=strong,lr=0.5,mu=0.1", 0.1, 39},
		{"sgd:schedule=strong", 1e-3, 19999}, // SGD's learning rate is 0.1
	} {
		m := build(t, c.recipe, digits)
		for _, at := range []int{1, 2, 3, 100, 12345} {
			what := fmt.Sprintf("%s at t=%d", c.recipe, at)
			if got, want := m.LR*m.Schedule.At(at), 2/(c.mu*(float64(at)+c.t0)); math.Abs(got/want-1) > 1e-12 {
				t.Errorf("%s: got %g, want %g", what, got, want)
			}
		}
	}
}

// A schedule with a horizon ends with the budget: the steps that its budget
// pays for, by the costs that the estimator foretells.
func TestHorizonIsTheBudgets(t *testing.T) {
	const n = 130
	for _, c := range []struct {
		recipe string
		evals  int // after the passes of SGD before
		warm   int
	}{
		{"sgd:batch=64", 40 * n, 0}, // two batches of 64 and one of 2
		{"sgd:batch=64,sample=replace", 640 * n, 0},
		{"sgd:batch=13,warm=3", 40 * n, 3 * n},
		{"sgd:batch=1", 7 * n, 0},
		{"full", 12 * n, 0},
		{"svrg:m=10,batch=2", 6 * (n + 40), 0},
		{"svrg:m=10,batch=2,stored=1", 6 * (n + 20), 0},
		{"svrg:m=3,batch=64,sample=shuffle", 6 * (n + 2*n), 0},
		{"sarah:m=10,batch=2", 6 * (n + 36), 0},
		{"saga:batch=2", n + 300, 0},
		{"saga:batch=2,warm=1", n + 300, n},
	} {
		o := leastSquares(n, 1)
		p := problemOf(o)
		p.Evals = int64(c.evals + c.warm)
		for _, schedule := range []string{"cosine", "linear"} {
			sep := map[bool]string{true: ",", false: ":"}[len(c.recipe) > 5]
			m := build(t, c.recipe+sep+"schedule="+schedule, p)
			probe := o.clone()
			probe.replace = m.Replace
			r := newRun(probe, m.Estimator, m.Rule, 1e-3)
			for probe.evals+m.Estimator.Cost(probe) <= c.evals {
				r.mustStep(t)
			}
			want := float64(r.t)
			if got := reflect.ValueOf(m.Schedule).Field(0).Float(); got != want {
				t.Errorf("%s, %s: got a horizon of %g steps, want %g", c.recipe, schedule, got, want)
			}
		}
	}
	m := build(t, "sgd:schedule=cosine,steps=77", digits)
	if want := (Cosine{Steps: 77}); m.Schedule != Schedule(want) {
		t.Errorf("got %+v, want %+v", m.Schedule, want)
	}
	m = build(t, "sgd:schedule=linear,warmup=5", digits)
	if want := (WarmUp{Steps: 5, Then: Linear{Steps: 7820}}); m.Schedule != Schedule(want) { // 782 batches a pass
		t.Errorf("got %+v, want %+v", m.Schedule, want)
	}
}

func TestBuildRefuses(t *testing.T) {
	net := Problem{N: 100, L2: 1e-3}
	for _, c := range []struct {
		recipe string
		p      Problem
		want   string
	}{
		{"saga", net, `recipe "saga": it keeps a residual of every example, which only linear models have; the net is not one`},
		{"svrg:stored=1", net, `recipe "svrg:stored=1": it keeps a residual of every example, which only linear models have; the net is not one`},
		{"sgd:batch=101", net, `recipe "sgd:batch=101": batch 101 is larger than the 100 training examples`},
		{"svrg:batch=2n", net, `recipe "svrg:batch=2n": batch 2n is larger than the 100 training examples`},
		{"sgd:schedule=cosine", net, `recipe "sgd:schedule=cosine": schedule=cosine needs steps=T, or a budget to take it from`},
		{"sgd:schedule=strong", Problem{N: 100}, `recipe "sgd:schedule=strong": schedule=strong needs mu above 0; the problem's λ is 0`},
	} {
		r, err := Default().Parse(c.recipe)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Default().Build(r, c.p); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.recipe, err, c.want)
		}
	}
	for _, ok := range []string{"svrg", "sarah", "sgd:batch=n", "svrg:stored=0"} {
		build(t, ok, net)
	}
}

// What a switch costs before the new method's first step, and what becomes of the state.
func TestCompare(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     Change
	}{
		{"sgd", "svrg", Change{50_000, "sgd carries no state"}},
		{"svrg", "sgd", Change{0, "sgd carries no state, that of svrg is dropped"}},
		{"sgd", "sarah", Change{50_000, "sgd carries no state"}},
		{"sgd", "sarah-plus", Change{50_000, "sgd carries no state"}},
		{"sgd", "saga", Change{50_000, "sgd carries no state"}},
		{"sgd", "full", Change{50_000, "sgd carries no state"}},
		{"adam", "amsgrad", Change{0, "t, m, v kept from adam"}},
		{"adam", "adam+svrg", Change{50_000, "t, m, v kept from adam"}},
		{"adam", "momentum", Change{0, "state of momentum starts at zero"}},
		{"rmsprop", "adam", Change{0, "state of adam starts at zero"}},
		{"adam", "rmsprop", Change{0, "v kept from adam"}},
		{"momentum", "nesterov", Change{0, "t, b kept from momentum"}},
		{"adam", "sgd", Change{0, "sgd carries no state"}},
	} {
		from, to := parse(t, c.from), parse(t, c.to)
		got, err := Default().Compare(from, to, digits)
		if err != nil || got != c.want {
			t.Errorf("%s to %s: got %+v, %v, want %+v", c.from, c.to, got, err, c.want)
		}
	}
	if _, err := Default().Compare(parse(t, "sgd"), parse(t, "saga"), Problem{N: 10}); err == nil {
		t.Error("a switch to what cannot be built is no error")
	}
}

func parse(t *testing.T, recipe string) Recipe {
	t.Helper()
	r, err := Default().Parse(recipe)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
