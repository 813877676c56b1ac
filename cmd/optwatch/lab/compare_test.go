package lab

import (
	"context"
	"math"
	"reflect"
	"slices"
	"testing"

	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/study"
)

// raced is a comparison of three methods on a few digits, that has run.
func raced(t *testing.T, threads int) *comparison {
	t.Helper()
	s := newTestSession(t, t.Context(), 1000, threads)
	b, err := s.Bench(validated)
	if err != nil {
		t.Fatal(err)
	}
	c := newComparison(s, page(), b)
	c.look, c.horizons = 1, []float64{3, 10}
	c.racers = []*racer{
		{name: "sgd constant", recipe: "sgd:batch=16", rates: []float64{0.01, 0.1, 1}},
		{name: "saga", recipe: "saga:batch=1", reduces: true, rates: []float64{0.01, 0.02, 0.04}},
		{name: "sgd cosine", recipe: "sgd:batch=16,schedule=cosine", horizon: true, rates: []float64{0.1, 0.3, 1}},
	}
	if err := c.rates(s); err != nil {
		t.Fatal(err)
	}
	c.enter()
	if err := c.run(s, c.page); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestComparison keeps methods that can be stopped at any time apart from those
// that know their horizon: the former have one course that is looked at all
// along, the latter one for each budget, laid out for it and looked at when it
// is over. Both come out the same with one slot and with three.
func TestComparison(t *testing.T) {
	c := raced(t, 1)
	sgd, saga, cosine := c.racers[0], c.racers[1], c.racers[2]
	if len(sgd.courses) != 1 || len(saga.courses) != 1 || len(cosine.courses) != 2 {
		t.Fatalf("there are %d, %d and %d courses", len(sgd.courses), len(saga.courses), len(cosine.courses))
	}
	if at := sgd.courses[0].at; len(at) < 5 || at[len(at)-1] != 10_000 {
		t.Errorf("sgd is looked at after %v", at)
	}
	for k, evals := range []int64{3000, 10_000} {
		e := cosine.courses[k]
		if !slices.Equal(e.at, []int64{evals}) {
			t.Errorf("a course that knows its horizon of %d is looked at after %v", evals, e.at)
		}
		whole, err := c.bench.Trial(e.recipe, 1, evals)
		if err != nil {
			t.Fatal(err)
		}
		whole.Bare().Advance(evals)
		if got, want := c.at(cosine, k, func(p train.Point) float64 { return p.Loss })[0], whole.Last().Loss; got != want {
			t.Errorf("at its horizon of %d f is %.17g, of a trial with that budget %.17g", evals, got, want)
		}
		for i, seed := range c.at(sgd, k, func(p train.Point) float64 { return float64(p.Evals) }) {
			if seed > float64(evals) || seed < float64(evals)-16 {
				t.Errorf("seed %d of sgd is judged after %g evaluations, want %d", i, seed, evals)
			}
		}
	}
	if o := c.against(saga, cosine); !o.bracketed {
		t.Errorf("where saga overtakes a method that is judged at its ends alone is made up between them: %s", o)
	}
	if o := c.against(saga, sgd); o.bracketed || o.first != 1 || o.last != 10 {
		t.Errorf("saga and constant steps are not compared along their courses: %+v", o)
	}
	c.tabulate()
	c.judgeAnytime()
	found := c.page.Study()
	if got := found.Tables[0].Rows[2]; got[0] != "sgd cosine" || got[1] != "yes" || found.Tables[0].Rows[0][1] != "no" {
		t.Errorf("the table of ends says %v", found.Tables[0].Rows)
	}
	if len(found.Claims) != 1 || found.Claims[0].Verdict == study.Pending || found.Claims[0].RefutedBy == "" {
		t.Errorf("claimed is %+v", found.Claims)
	}
	three := raced(t, 3)
	for i, r := range c.racers {
		if !reflect.DeepEqual(c.ends(r), three.ends(three.racers[i])) || !slices.Equal(r.chosen, three.racers[i].chosen) {
			t.Errorf("%s ends at %v with one slot, at %v with three", r.name, c.ends(r), three.ends(three.racers[i]))
		}
	}
	if one, other := c.sentence(), three.sentence(); one != other {
		t.Errorf("with one slot: %s\nwith three: %s", one, other)
	}
}

// planted is a comparison of curves that are known, over passes 1 … 10 with
// horizons of 3 and 10: f − f* of each method falls from a start by a rate a
// pass, with offsets of the logarithm for three seeds.
func planted(methods map[string][2]float64, offset float64) *comparison {
	c := &comparison{page: page(), n: 100, look: 1, least: 1e-13, horizons: []float64{3, 10}}
	c.seeds = 3
	for _, m := range []struct {
		name             string
		reduces, horizon bool
	}{{"sgd constant", false, false}, {"svrg", true, false}, {"saga", true, false}, {"sgd cosine", false, true}, {"sgd linear", false, true}} {
		curve, ok := methods[m.name]
		if !ok {
			continue
		}
		r := &racer{name: m.name, reduces: m.reduces, horizon: m.horizon, chosen: []float64{1}}
		ats := [][]int64{every(1, 10, 1, 100)}
		if m.horizon {
			ats = [][]int64{{300}, {1000}}
		}
		for _, at := range ats {
			e := &contender{at: at, points: unseen(3, len(at))}
			for seed := range e.points {
				for k, evals := range at {
					e.points[seed][k].Loss = curve[0] * math.Exp(-curve[1]*float64(evals)/100+offset*float64(seed-1)*map[bool]float64{true: 1, false: -1}[m.reduces])
				}
			}
			r.courses = append(r.courses, e)
		}
		c.racers = append(c.racers, r)
	}
	return c
}

// TestSentence says of planted curves what is so.
func TestSentence(t *testing.T) {
	for _, c := range []struct {
		methods map[string][2]float64
		offset  float64
		want    string
	}{
		{
			map[string][2]float64{"sgd constant": {1, 0}, "svrg": {math.Exp(4.5), 1}, "sgd cosine": {1e-3, 0}, "sgd linear": {1e-1, 0}},
			0,
			"Here svrg overtakes sgd constant after 4.5 (4.5 … 4.5) passes; of the 2 rivals that know their horizon, at 3 passes all are ahead of it, at 10 passes sgd cosine is ahead of it.",
		},
		{
			map[string][2]float64{"sgd constant": {1, 0}, "svrg": {math.Exp(20), 1}, "saga": {1e-3, 1}, "sgd cosine": {1e-3, 0.5}, "sgd linear": {1e-1, 0}},
			0,
			"Here svrg does not overtake sgd constant within 10 passes; of the 2 rivals that know their horizon, at 3 passes all are ahead of it, at 10 passes all are ahead of it. " +
				"The strongest that reduces variance is saga: saga overtakes sgd constant after less than 1 passes; of the 2 rivals that know their horizon, at 3 passes it is ahead of all, at 10 passes it is ahead of all.",
		},
		{
			map[string][2]float64{"sgd constant": {1, 0}, "svrg": {math.Exp(9.9), 1}, "sgd cosine": {math.Exp(-0.1), 0}, "sgd linear": {1e-9, 0}},
			0.5,
			"Here whether svrg overtakes sgd constant within 10 passes is not resolved; of the 2 rivals that know their horizon, at 3 passes all are ahead of it, at 10 passes sgd linear is ahead of it (sgd cosine not resolved).",
		},
	} {
		if got := planted(c.methods, c.offset).sentence(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestJudgeAnytime holds, is refuted and is not resolved where curves are planted so.
func TestJudgeAnytime(t *testing.T) {
	for _, c := range []struct {
		start, offset float64
		want          study.Verdict
	}{{4.5, 0.1, study.Holds}, {12, 0.1, study.Refuted}, {9.9, 0.5, study.Unresolved}} {
		p := planted(map[string][2]float64{"sgd constant": {1, 0}, "svrg": {math.Exp(c.start), 1}}, c.offset)
		p.judgeAnytime()
		if got := p.page.Study().Claims[0]; got.Verdict != c.want {
			t.Errorf("SVRG that crosses after %g passes: %s (%s), want %s", c.start, got.Verdict, got.Measured, c.want)
		}
	}
}

// TestSVRGFactor compares α with the formula by hand: with μ = 1, L = 10,
// η = 1/40 and m = 1000, 1 − 2Lη is ½, so α = 1/12.5 + 1.
func TestSVRGFactor(t *testing.T) {
	if got, want := svrgFactor(1, 10, 1.0/40, 1000), 1.08; math.Abs(got-want) > 1e-12 {
		t.Errorf("α is %g, want %g", got, want)
	}
	if got := svrgFactor(1, 10, 0.05, 1000); !math.IsInf(got, 1) {
		t.Errorf("α at 2Lη = 1 is %g", got)
	}
	eta, m := svrgLeast(1e-3, 148.06)
	if math.Abs(m-2.36896e6) > 1 {
		t.Errorf("the fewest inner steps are %g, want 16·148.06/1e-3", m)
	}
	if below, above := svrgFactor(1e-3, 148.06, eta, 1.001*m), svrgFactor(1e-3, 148.06, eta, 0.999*m); !(below < 1 && above > 1) {
		t.Errorf("around the fewest inner steps α is %g and %g, want below and above 1", below, above)
	}
	if few, many := leastFactor(1e-3, 148.06, 0.9*m), leastFactor(1e-3, 148.06, 1.1*m); !(few > 1 && many < 1) {
		t.Errorf("the least α over η is %g and %g, want above and below 1", few, many)
	}
}

// TestSoftmaxSmoothness finds MNIST's largest ‖x̃‖², 296.119616, which was
// computed in float64 elsewhere.
func TestSoftmaxSmoothness(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector has nothing to find in arithmetic of one goroutine")
	}
	needMNIST(t)
	ds, err := data.Open(context.Background(), data.Options{Name: "mnist"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := softmaxSmoothness(ds.Train.X, 0), 296.119616/2; math.Abs(got-want) > 1e-6 {
		t.Errorf("L is %.7f, want %.7f", got, want)
	}
}
