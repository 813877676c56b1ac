package optimizers

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// everyPair are the recipes of all estimators with all rules.
func everyPair() []string {
	var recipes []string
	for _, e := range Default().Estimators {
		for _, r := range Default().Rules {
			recipes = append(recipes, e.Name+"+"+r.Name)
		}
	}
	return recipes
}

// checkpoint is all that a run resumes from.
type checkpoint struct {
	estimator, rule Saved
	o               *oracle // with a copy of the stream
	theta           []float64
	t               int
}

func (r *run) checkpoint() checkpoint {
	return checkpoint{Save(r.e.State()), Save(r.rule.State()), r.o.clone(), slices.Clone(r.theta), r.t}
}

func (c checkpoint) resume(t *testing.T, recipe string) *run {
	t.Helper()
	r := start(t, recipe, c.o)
	r.theta, r.t = c.theta, c.t
	if err := Restore(r.e.State(), c.estimator); err != nil {
		t.Fatal(err)
	}
	if err := Restore(r.rule.State(), c.rule); err != nil {
		t.Fatal(err)
	}
	return r
}

// From a checkpoint before any of its steps, and so from any place in an outer
// loop, a method goes on to the bit.
func TestCheckpointsResumeToTheBit(t *testing.T) {
	const steps, checkpoints = 30, 9
	for _, recipe := range append(everyPair(), estimatorRecipes()...) {
		var saved []checkpoint
		var want trace
		r := start(t, recipe, leastSquares(30, 1))
		for step := range steps {
			if step < checkpoints {
				saved = append(saved, r.checkpoint())
			}
			want.add(r, r.mustStep(t))
		}
		for at, c := range saved {
			r, got := c.resume(t, recipe), trace{}
			for range steps - at {
				got.add(r, r.mustStep(t))
			}
			sameTrace(t, fmt.Sprintf("%s, resumed after step %d", recipe, at), got,
				trace{want.theta[at:], want.loss[at:], want.evals[at:]})
		}
	}
}

// A rule resumes to the bit where all of its state matters: after a spike, which only a maximum remembers.
func TestRulesResumeToTheBit(t *testing.T) {
	const steps = 40
	spike := func(rule Rule, theta []float64, from, to int) {
		for i := from; i < to; i++ {
			g := []float64{math.Sin(float64(i)), 0.1}
			if i == 3 {
				g[0], g[1] = 100, -50
			}
			rule.Apply(theta, g, 0.01)
		}
	}
	for _, part := range Default().Rules {
		for at := range steps {
			want, got := []float64{1, 1}, []float64{1, 1}
			first, second := build(t, part.Name, digits).Rule, build(t, part.Name, digits).Rule
			spike(first, want, 0, at)
			copy(got, want)
			if err := Restore(second.State(), Save(first.State())); err != nil {
				t.Fatal(err)
			}
			spike(first, want, at, steps)
			spike(second, got, at, steps)
			sameBits(t, fmt.Sprintf("%s, resumed after step %d", part.Name, at), got, want)
		}
	}
}

// What is saved is a copy: the method goes on without changing it.
func TestSavedStateIsACopy(t *testing.T) {
	rule := usual
	theta := []float64{1, 2}
	rule.Apply(theta, []float64{1, -1}, 0.1)
	saved := Save(rule.State())
	want := slices.Clone(saved["m"])
	rule.Apply(theta, []float64{5, 5}, 0.1)
	sameBits(t, "m", saved["m"], want)
	var other Adam
	if err := Restore(other.State(), saved); err != nil {
		t.Fatal(err)
	}
	other.m[0] = 99
	sameBits(t, "m", saved["m"], want)
}

// A copy has the bits of the vector, wherever its zeros are.
func TestSavedVectors(t *testing.T) {
	for _, n := range []int{0, 1, 511, 512, 513, 3000} {
		for _, at := range []int{-1, 0, 511, 512, 2999} {
			want := make([]float64, n)
			if at >= 0 && at < n {
				want[at] = math.Copysign(0, -1)
			}
			got := Save([]Var{{Name: "v", Vec: &want}})["v"]
			if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
				t.Errorf("%d numbers, −0 at %d: got other bits", n, at)
			}
		}
	}
}

func TestRestoreChecksWhatItGets(t *testing.T) {
	rule := usual
	rule.Apply([]float64{1}, []float64{1}, 0.1)
	for _, c := range []struct {
		spoil func(Saved)
		want  string
	}{
		{func(s Saved) { delete(s, "v") }, `optimizers: saved state has no "v"`},
		{func(s Saved) { s["t"] = nil }, `optimizers: saved "t" has 0 numbers, want 1`},
		{func(s Saved) { s["t"] = []float64{1, 2} }, `optimizers: saved "t" has 2 numbers, want 1`},
	} {
		saved := Save(rule.State())
		c.spoil(saved)
		if err := Restore((&Adam{}).State(), saved); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// stepped is a rule of the catalogue after three steps.
func stepped(t *testing.T, name string) Rule {
	t.Helper()
	rule := build(t, name, Problem{N: 10, L2: 1e-3}).Rule
	theta := []float64{1, -2}
	for i := range 3 {
		rule.Apply(theta, []float64{float64(i + 1), 0.5}, 0.1)
	}
	return rule
}

// What a switch of rules carries: names that mean the same in both, unless a count of steps would be missing.
func TestCarry(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     []string
	}{
		{"adam", "amsgrad", []string{"t", "m", "v"}},
		{"amsgrad", "adam", []string{"t", "m", "v"}},
		{"adam", "adamw", []string{"t", "m", "v"}},
		{"amsgrad", "amsgrad-torch", []string{"t", "m", "v"}},
		{"amsgrad", "amsgrad", []string{"t", "m", "v", "v̂max"}},
		{"momentum", "nesterov", []string{"t", "b"}},
		{"nesterov", "momentum", []string{"t", "b"}},
		{"adam", "rmsprop", []string{"v"}},
		{"adagrad", "adagrad", []string{"s"}},
		{"adam", "momentum", nil},   // a count of steps alone means nothing
		{"rmsprop", "adam", nil},    // v without the t of its bias correction
		{"momentum", "adam", nil},   //
		{"adagrad", "rmsprop", nil}, // a sum is not a mean
		{"adam", "sgd", nil},
		{"sgd", "adam", nil},
		{"sgd", "sgd", nil},
	} {
		src, dst := stepped(t, c.from), build(t, c.to, Problem{N: 10, L2: 1e-3}).Rule
		fresh := Save(dst.State())
		got := Carry(dst.State(), src.State())
		if !slices.Equal(got, c.want) {
			t.Errorf("%s to %s: got %v, want %v", c.from, c.to, got, c.want)
		}
		from := Save(src.State())
		for name, v := range Save(dst.State()) {
			want := fresh[name]
			if slices.Contains(c.want, name) {
				want = from[name]
			}
			sameBits(t, fmt.Sprintf("%s to %s: %s", c.from, c.to, name), v, want)
		}
	}
}

// What is carried is a copy: the old method may be gone back to.
func TestCarriedStateIsACopy(t *testing.T) {
	src := stepped(t, "momentum").(*Momentum)
	dst := &Nesterov{Mu: 0.9}
	Carry(dst.State(), src.State())
	dst.b[0] = math.Pi
	if src.b[0] == math.Pi {
		t.Error("the buffer is shared")
	}
}
