package train

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// The exam of saving: whatever a run is of, one that is saved on its way, as
// bytes, and goes on in another experiment ends as one that was never saved.

// clockless is an experiment on a small problem whose clock stands still, so
// that all that is known of its runs must be the same to the bit, times too. It
// starts no goroutine.
type clockless struct {
	*Experiment
	read func() // called whenever somebody reads the clock; nil for nothing
}

func newClockless(tb testing.TB, n int, model string, budget int64) *clockless {
	tb.Helper()
	return newClocklessOf(tb, n, model, ModelSettings{}, budget)
}

// newClocklessOf is one of a model with settings.
func newClocklessOf(tb testing.TB, n int, model string, settings ModelSettings, budget int64) *clockless {
	tb.Helper()
	p, err := newProblem(blobs(n), model, settings, 1e-2)
	if err != nil {
		tb.Fatal(err)
	}
	c := new(clockless)
	clock := func() time.Time {
		if c.read != nil {
			c.read()
		}
		return time.Time{}
	}
	c.Experiment = &Experiment{
		config: Config{Catalogue: optimizers.Default(), Seed: 1, Clock: clock, Budget: Limits{Evals: budget}},
		slots:  NewSlots(1), problem: p, ctx: context.Background(),
	}
	c.optimum = newCertifier(c.Experiment)
	c.optimum.set(func(o *Optimum) { o.State = OptimumBestKnown }) // nobody looks for it
	return c
}

// run lets a run go on to its end, with a limit to its evaluations.
func (c *clockless) run(r *run, limit int64) (view.State, string) {
	r.gate.enter()
	defer r.gate.leave()
	if r.probe != nil {
		r.probe.share = often
	}
	r.limit = limit
	return r.loop()
}

// often is a share of evaluations that lets probes look several times at a short run.
const often = 2

// savedAt is what a run is saved as in passing, as it is by a command: at the
// first boundary after somebody has read the clock beyond a count of evaluations.
func (c *clockless) savedAt(r *run, evals int64) *RunState {
	var s *RunState
	asked := false
	c.read = func() {
		if !asked && r.oracle.evals() >= evals {
			asked = r.gate.enqueue(queued{saving: true, change: func() { s = r.save() }})
		}
	}
	c.run(r, 2*evals)
	return s
}

// begun is a run of a recipe that has not begun.
func begun(e *clockless, text string) (*run, error) {
	recipe, err := e.config.Catalogue.Parse(text)
	if err != nil {
		return nil, err
	}
	r, err := newRun(e.Experiment, 0, recipe.Label(), recipe)
	if err == nil {
		r.tr.width = 29 // buckets of the trace that several steps fill
	}
	return r, err
}

// through writes a state to bytes and reads it back.
func through(tb testing.TB, s *RunState) *RunState {
	tb.Helper()
	b := s.Encode()
	if len(b) != cap(b) {
		tb.Fatalf("there is room for %d bytes, and %d are written", cap(b), len(b))
	}
	back, err := DecodeState(b)
	if err != nil {
		tb.Fatal(err)
	}
	if !bytes.Equal(back.Encode(), b) {
		tb.Fatal("what was read is written as other bytes")
	}
	return back
}

// sameState compares two states to the bit, and names the first part that differs.
func sameState(tb testing.TB, what string, got, want *RunState) {
	tb.Helper()
	if !bytes.Equal(got.Encode(), want.Encode()) {
		tb.Errorf("%s: %s", what, differs("", reflect.ValueOf(got).Elem(), reflect.ValueOf(want).Elem()))
	}
}

// differs is where two values differ, NaN being equal to NaN.
func differs(at string, a, b reflect.Value) string {
	switch a.Kind() {
	case reflect.Float64:
		if math.Float64bits(a.Float()) != math.Float64bits(b.Float()) {
			return fmt.Sprintf("%s is %v, want %v", at, a, b)
		}
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				return fmt.Sprintf("%s is %v, want %v", at, a, b)
			}
			return ""
		}
		return differs(at, a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if d := differs(at+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i)); d != "" {
				return d
			}
		}
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return fmt.Sprintf("%s has %d parts, want %d", at, a.Len(), b.Len())
		}
		for i := range a.Len() {
			if d := differs(fmt.Sprintf("%s[%d]", at, i), a.Index(i), b.Index(i)); d != "" {
				return d
			}
		}
	case reflect.Map:
		for _, k := range b.MapKeys() {
			if !a.MapIndex(k).IsValid() {
				return fmt.Sprintf("%s has no %v", at, k)
			}
			if d := differs(fmt.Sprintf("%s[%v]", at, k), a.MapIndex(k), b.MapIndex(k)); d != "" {
				return d
			}
		}
	default:
		if !a.Equal(b) {
			return fmt.Sprintf("%s is %v, want %v", at, a, b)
		}
	}
	return ""
}

// examined are the settings that estimators are examined with: outer loops
// short enough that a run takes several.
var examined = map[string][]string{
	"minibatch":  {""},
	"full":       {""},
	"svrg":       {"m=7", "m=7,option=2", "m=7,stored=1"},
	"sarah":      {"m=7"},
	"sarah-plus": {"m=7"},
	"saga":       {""},
}

// everyMethod are all estimators with all rules, schedules, ways to draw, batch
// sizes with which many steps are taken at once or not, and with SGD before
// that ends before the run is saved, after it, or is none.
func everyMethod() (recipes []string) {
	c := optimizers.Default()
	for _, e := range c.Estimators {
		for _, settings := range examined[e.Name] {
			for _, rule := range c.Rules {
				for _, schedule := range c.Schedules {
					for _, sample := range []string{"shuffle", "replace"} {
						for _, batch := range []int{3, 18} {
							for _, warm := range []string{"0", "0.6", "6"} {
								recipe := fmt.Sprintf("%s+%s:lr=0.0123456789,schedule=%s,warmup=3,sample=%s,warm=%s,warm_batch=7", e.Name, rule.Name, schedule.Name, sample, warm)
								if settings != "" {
									recipe += "," + settings
								}
								if e.Name != "full" {
									recipe += fmt.Sprintf(",batch=%d", batch)
								} else if batch > 3 {
									continue
								}
								recipes = append(recipes, recipe)
							}
						}
					}
				}
			}
		}
	}
	return recipes
}

// Every method on every kind of model goes on from its saved state to the bit.
// Only what keeps a residual of every example is refused for the net.
func TestEveryMethodGoesOn(t *testing.T) {
	const n = 40
	for _, e := range optimizers.Default().Estimators {
		if examined[e.Name] == nil {
			t.Fatalf("%s is not examined", e.Name)
		}
	}
	for _, model := range []string{"softmax", "net"} {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			refused := map[string]bool{}
			for i, recipe := range everyMethod() {
				if i%thinned(model) != 0 {
					continue
				}
				k := int64(200) // outer loops, epochs, looks and plot points before and after
				if strings.HasPrefix(recipe, "full") {
					k = 400
				}
				e := newClockless(t, n, model, 2*k)
				r, err := begun(e, recipe)
				if err != nil {
					_, why, _ := strings.Cut(err.Error(), `": `)
					name, _, _ := strings.Cut(recipe, "+")
					refused[name+": "+why] = true
					continue
				}
				goesOn(t, e, r, k)
			}
			const why = ": it keeps a residual of every example, which only linear models have; the net is not one"
			want := map[string]bool{}
			if model == "net" {
				want["saga"+why], want["svrg"+why] = true, true // SVRG where stored=1
			}
			if !reflect.DeepEqual(refused, want) {
				t.Errorf("refused are %v, want %v", refused, want)
			}
		})
	}
}

// thinned says of how many methods in a row one is examined: of the linear model
// all, but for the race detector, under which each takes ten times as long; of
// the net, each step of which takes fifty times as long, one of each estimator
// with each rule, and all the rest in turn.
func thinned(model string) int {
	switch {
	case model == "net":
		return 61
	case raceEnabled:
		return 11
	}
	return 1
}

// goesOn lets a run take 2k evaluations. It is saved in passing, and another
// that goes on from there, in an experiment that knows nothing of it and not
// even the budget, must come to the same.
func goesOn(t *testing.T, e *clockless, r *run, k int64) {
	t.Helper()
	recipe := r.first.String()
	saved := e.savedAt(r, k)
	if saved == nil {
		t.Fatalf("%s: nobody saved it in %d evaluations", recipe, r.oracle.evals())
	}
	fresh := newClocklessOf(t, e.problem.train.Len(), e.problem.model.Name, e.problem.settings, 0)
	second, err := fresh.restore(through(t, saved), 0, r.name)
	if err != nil {
		t.Errorf("%s: %v", recipe, err)
		return
	}
	sameState(t, recipe+", as it is restored", second.save(), saved)
	fresh.run(second, 2*k)
	got, want := second.save(), r.save()
	sameState(t, recipe, got, want)
	if got.Counts.Steps <= saved.Counts.Steps || len(got.Curve.Points) < len(saved.Curve.Points)+2 ||
		got.Diagnosis == nil || saved.Diagnosis == nil || got.Diagnosis.Cost <= saved.Diagnosis.Cost {
		t.Errorf("%s: from step %d to %d there are %d points, and looks from %+v to %+v", recipe, saved.Counts.Steps, got.Counts.Steps,
			len(got.Curve.Points)-len(saved.Curve.Points), saved.Diagnosis, got.Diagnosis)
	}
}

// What a viewer changes under way is saved in full precision, and so is what a
// method has taken over from the one before that it has not begun to use.
func TestChangesGoOn(t *testing.T) {
	for _, c := range []struct {
		recipe string
		change func(r *run)
	}{
		{"adam:lr=0.01,batch=3", func(r *run) { r.setLR(math.Pi / 300) }},
		{"svrg:lr=0.01,m=7,schedule=strong,t0=12", func(r *run) { r.setLR(math.E / 300); r.setBatch(2) }},
		{"sgd:batch=3,schedule=cosine", func(r *run) { r.switchTo(mustParse(r, "sgd:batch=5,schedule=linear,lr=0.017")) }},
		{"adam:batch=3", func(r *run) { r.switchTo(mustParse(r, "adam:batch=3,warm=3,warm_batch=5")) }},
		{"svrg:m=31", func(r *run) { r.switchTo(mustParse(r, "svrg+adam:m=31,warm=3,warm_batch=5")) }},
		{"sgd:batch=1", func(r *run) { r.setLR(1.0 / 3); r.switchTo(mustParse(r, "saga:batch=2")); r.setLR(1.0 / 30) }},
		{"full", func(r *run) { r.switchTo(mustParse(r, "sarah:m=9")) }},
		{"momentum:batch=2,schedule=invsqrt", func(r *run) { r.switchTo(mustParse(r, "nesterov:batch=2,schedule=invsqrt")) }},
	} {
		e := newClockless(t, 40, "softmax", 1000)
		r, err := begun(e, c.recipe)
		if err != nil {
			t.Fatal(err)
		}
		if e.run(r, 95); r.oracle.evals() == 0 {
			t.Fatalf("%s has not begun", c.recipe)
		}
		c.change(r)
		goesOn(t, e, r, 190)
	}
}

func mustParse(r *run, text string) optimizers.Recipe {
	recipe, err := r.exp.config.Catalogue.Parse(text)
	if err != nil {
		panic(err)
	}
	return recipe
}

// A run that is interrupted in a full gradient which a plot point waits for is
// saved with the point still to come.
func TestSavedBeforeAPoint(t *testing.T) {
	const n, passes = 5_000, 9 // several blocks of rows, which the gate is asked between
	e := newClockless(t, n, "softmax", 0)
	r, err := begun(e, "full+momentum")
	if err != nil {
		t.Fatal(err)
	}
	var s *RunState
	e.read = func() {
		if s == nil && r.due && r.steps > 0 && !r.gate.attention.Load() {
			r.gate.pause()
			r.gate.enqueue(queued{saving: true, change: func() {
				s = r.save()
				r.gate.resume()
			}})
		}
	}
	e.run(r, passes*n)
	if s == nil || !s.Plot.Due {
		t.Fatal("it was never interrupted where a point waits")
	}
	s.Gate = GateState{} // it is resumed here too
	fresh := newClockless(t, n, "softmax", 0)
	second, err := fresh.restore(through(t, s), 0, r.name)
	if err != nil {
		t.Fatal(err)
	}
	fresh.run(second, passes*n)
	sameState(t, "it goes on", second.save(), r.save())
}
