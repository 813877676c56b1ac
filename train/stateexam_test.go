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
)

// The exam of saving: whatever a run is of, one that is saved on its way, as
// bytes, and goes on in another experiment ends as one that was never saved.

// clockless is an experiment on a small problem whose clock stands still, so
// that all that is known of its runs must be the same to the bit, times too. It
// starts no goroutine.
func clockless(tb testing.TB, n int, model string, budget int64) *Experiment {
	tb.Helper()
	p, err := newProblem(blobs(n), model, 1e-2)
	if err != nil {
		tb.Fatal(err)
	}
	e := &Experiment{
		config: Config{Catalogue: optimizers.Default(), Seed: 1, Clock: func() time.Time { return time.Time{} }, Budget: Limits{Evals: budget}},
		slots:  NewSlots(1), problem: p, ctx: context.Background(),
	}
	e.optimum = newCertifier(e)
	e.optimum.set(func(o *Optimum) { o.State = OptimumBestKnown }) // nobody looks for it
	return e
}

// at lets a run go on until the next step would take it beyond a count of evaluations.
func (r *run) at(evals int64) (State, string) {
	r.gate.enter()
	defer r.gate.leave()
	if r.probe != nil {
		r.probe.share = often
	}
	r.limit = evals
	return r.loop()
}

// often is a share of evaluations that lets probes look several times at a short run.
const often = 2

// begun is a run of a recipe that has not begun.
func begun(e *Experiment, text string) (*run, error) {
	recipe, err := e.config.Catalogue.Parse(text)
	if err != nil {
		return nil, err
	}
	return newRun(e, 0, recipe.Label(), recipe)
}

// through writes a state to bytes and reads it back.
func through(tb testing.TB, s *RunState) *RunState {
	tb.Helper()
	b := s.Encode()
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
							for _, warm := range []string{"0", "0.6", "4"} {
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
	const n, k = 40, 150 // three outer loops, epochs, looks and plot points or more before and after
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
				straight, err := begun(clockless(t, n, model, 2*k), recipe)
				if err != nil {
					_, why, _ := strings.Cut(err.Error(), `": `)
					name, _, _ := strings.Cut(recipe, "+")
					refused[name+": "+why] = true
					continue
				}
				goesOn(t, recipe, straight, k)
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
// the net, each step of which takes fifty times as long, two of each estimator
// with each rule, and all the rest in turn.
func thinned(model string) int {
	switch {
	case model == "net":
		return 29
	case raceEnabled:
		return 11
	}
	return 1
}

// goesOn compares a run of 2k evaluations with one that is saved at k and goes
// on in an experiment that knows nothing of it, not even the budget.
func goesOn(t *testing.T, recipe string, straight *run, k int64) {
	t.Helper()
	e := straight.exp
	n, model := e.problem.train.Len(), e.problem.model.Name
	first, err := begun(e, recipe)
	if err != nil {
		t.Fatal(err)
	}
	if state, why := first.at(k); state != Budget {
		t.Fatalf("%s: it ends as %s at %d evaluations: %s", recipe, state, first.oracle.evals(), why)
	}
	saved := first.save()
	second, err := clockless(t, n, model, 0).restore(through(t, saved), 0, straight.name)
	if err != nil {
		t.Errorf("%s: %v", recipe, err)
		return
	}
	sameState(t, recipe+", as it is restored", second.save(), saved)
	wantState, wantWhy := straight.at(2 * k)
	gotState, gotWhy := second.at(2 * k)
	if gotState != wantState || gotWhy != wantWhy {
		t.Errorf("%s: it ends as %s (%s), else as %s (%s)", recipe, gotState, gotWhy, wantState, wantWhy)
	}
	sameState(t, recipe, second.save(), straight.save())
	if s := second.save(); s.Counts.Steps <= saved.Counts.Steps || len(s.Curve.Points) < len(saved.Curve.Points)+2 ||
		s.Diagnosis == nil || saved.Diagnosis == nil || s.Diagnosis.Cost <= saved.Diagnosis.Cost {
		t.Errorf("%s: from step %d to %d there are %d points, and looks from %+v to %+v", recipe, saved.Counts.Steps, s.Counts.Steps,
			len(s.Curve.Points)-len(saved.Curve.Points), saved.Diagnosis, s.Diagnosis)
	}
}

