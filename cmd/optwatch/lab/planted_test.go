package lab

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/study"
)

// The programs planted here are wrong as programs are: each makes the claim that
// is about it fail, and the right program beside it makes it hold.

// verdictOn is the verdict on the claim whose text has a part.
func verdictOn(t *testing.T, p *study.Page, part string) study.Verdict {
	t.Helper()
	for _, c := range p.Study().Claims {
		if strings.Contains(c.Text, part) {
			return c.Verdict
		}
	}
	t.Fatalf("no claim is about %q: %+v", part, p.Study().Claims)
	return study.Pending
}

// uphill is a rule with a sign error.
type uphill struct{ optimizers.Rule }

func (r uphill) Apply(theta, g []float64, lr float64) { r.Rule.Apply(theta, g, -lr) }

// TestSignErrorIsRefuted lets AMSGrad climb.
func TestSignErrorIsRefuted(t *testing.T) {
	e := counterexamples(true)[0]
	for _, c := range []struct {
		name string
		rule func(optimizers.Rule) optimizers.Rule
		want study.Verdict
	}{
		{"right", func(r optimizers.Rule) optimizers.Rule { return r }, study.Holds},
		{"sign error", func(r optimizers.Rule) optimizers.Rule { return uphill{r} }, study.Refuted},
		{"the largest average is not kept", func(r optimizers.Rule) optimizers.Rule { return &r.(*optimizers.AMSGrad).Adam }, study.Refuted},
	} {
		var walks [2][]walk
		for which, r := range e.rules() {
			if which == 1 {
				r = c.rule(r)
			}
			walks[which] = []walk{e.walk(t.Context(), r, nil)}
		}
		p := page()
		e.report(p, walks)
		if got := verdictOn(t, p, "AMSGrad goes to"); got != c.want {
			t.Errorf("%s: %s, want %s: %+v", c.name, got, c.want, p.Study().Claims)
		}
	}
}

// unanchored is SVRG that forgets to add the snapshot's full gradient.
type unanchored struct{ *optimizers.SVRG }

func (u unanchored) Estimate(g, theta []float64, o optimizers.Oracle) (float64, error) {
	loss, err := u.SVRG.Estimate(g, theta, o)
	matrix.Axpy(g, -1, vector(u.State(), "mu"))
	return loss, err
}

// TestUncorrectedEstimateIsRefuted lets SVRG go without one half of its
// correction, and without both, which leaves a mini-batch.
func TestUncorrectedEstimateIsRefuted(t *testing.T) {
	s := newTestSession(t, t.Context(), 10, 1)
	endless := func() *optimizers.SVRG { return &optimizers.SVRG{M: math.MaxInt, Batch: 1} }
	for _, c := range []struct {
		name string
		e    optimizers.Estimator
		want study.Verdict
	}{
		{"right", endless(), study.Holds},
		{"without the full gradient", unanchored{endless()}, study.Refuted},
		{"without any", &optimizers.Minibatch{Batch: 1}, study.Refuted},
	} {
		p := page()
		if err := s.otherCurvature(p, c.e); err != nil {
			t.Fatal(err)
		}
		if got := verdictOn(t, p, "unequal curvature"); got != c.want {
			t.Errorf("%s: %s, want %s: %+v", c.name, got, c.want, p.Study().Claims)
		}
	}
}

// late and early are schedules that are off by one.
type (
	late  struct{ optimizers.Schedule }
	early struct{ optimizers.Schedule }
)

func (s late) At(t int) float64  { return s.Schedule.At(t + 1) }
func (s early) At(t int) float64 { return s.Schedule.At(max(1, t-1)) }

// TestScheduleOffByOneIsRefuted walks by 2/(μ(t+1)) and by its neighbours.
func TestScheduleOffByOneIsRefuted(t *testing.T) {
	s := newTestSession(t, t.Context(), 10, 2)
	list := courses(true)
	right := list[len(list)-1]
	for _, c := range []struct {
		name     string
		schedule optimizers.Schedule
		want     study.Verdict
	}{{"right", right.schedule, study.Holds}, {"one late", late{right.schedule}, study.Refuted}, {"one early", early{right.schedule}, study.Refuted}} {
		p, walked := page(), right
		walked.schedule = c.schedule
		flocks, err := s.walk(walked, 6, &workload{page: p, total: 1})
		if err != nil {
			t.Fatal(err)
		}
		judgeStrong(p, right, flocks)
		if got := verdictOn(t, p, "E f after T steps"); got != c.want {
			t.Errorf("%s: %s, want %s: %+v", c.name, got, c.want, p.Study().Claims)
		}
	}
}

// TestUnaveragedBatchIsRefuted gives a batch of four the noise of a batch of one.
func TestUnaveragedBatchIsRefuted(t *testing.T) {
	s := newTestSession(t, t.Context(), 10, 2)
	list := courses(true)[:constants]
	results := make([][]flock, constants)
	for _, planted := range []bool{false, true} {
		p := page()
		for i, c := range list {
			if planted {
				c.batch = 1
			}
			var err error
			if results[i], err = s.walk(c, uint64(i), &workload{page: p, total: 1}); err != nil {
				t.Fatal(err)
			}
		}
		judgeConstant(p, list, results)
		want := study.Holds
		if planted {
			want = study.Refuted
		}
		if got := verdictOn(t, p, "E f settles"); got != want {
			t.Errorf("planted %v: %s, want %s: %+v", planted, got, want, p.Study().Claims)
		}
	}
}

// TestHalvedEpsilonIsRefuted plants an accountant that says half of what
// privacy costs.
func TestHalvedEpsilonIsRefuted(t *testing.T) {
	for _, c := range []struct {
		name  string
		times float64
		want  study.Verdict
	}{{"right", 1, study.Holds}, {"half", 0.5, study.Refuted}} {
		p := page()
		accounting(p, true, func(rate, noise float64, steps int, delta float64) float64 {
			return c.times * accounted(rate, noise, steps, delta)
		})
		if got := verdictOn(t, p, "The accountant's ε"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestForgottenFiniteSampleIsRefuted judges batches drawn with replacement
// as if they had been without: the factor (n−B)/(n−1) is missing.
func TestForgottenFiniteSampleIsRefuted(t *testing.T) {
	s := newTestSession(t, t.Context(), 600, 2)
	b := testBench(t, s)
	theta := make([]float64, b.Objective().Dim())
	full := gradientsAt(b, theta)
	half := draws{size: 300, count: 40}
	for _, replace := range []bool{false, true} {
		drawn := half
		drawn.replace = replace
		distances, _ := s.draw(b, theta, full.mean, drawn, rand.New(rand.NewPCG(1, 9)))
		var d deviation
		d.add(average(distances), full.trace/300*(600-300)/(600-1), min(half.tolerance(), tellsApart))
		want := study.Holds
		if replace {
			want = study.Refuted
		}
		if got := d.verdict(); got != want {
			t.Errorf("with replacement %v: %s, want %s: %s", replace, got, want, d)
		}
	}
}

// warmCourses are courses of six seeds without warm-up and with it, beside those
// of the small batch: at every look f − f* is what the three say, but for a
// scatter of the seeds.
func warmCourses(small, without, with func(steps float64) float64, scatter float64) *scalingStudy {
	c := &scalingStudy{page: page()}
	c.seeds = 6
	at := every(1, largeSteps, 1, largeBatch)
	for i := range 7 {
		f := map[int]func(float64) float64{4: small, 5: without, 6: with}[i]
		e := &contender{at: at, points: unseen(c.seeds, len(at))}
		for seed := range e.points {
			for k := range at {
				if f != nil {
					e.points[seed][k].Loss = f(float64(k+1)) * math.Exp(scatter*math.Sin(float64(7*seed+3*i)))
				}
			}
		}
		c.contenders = append(c.contenders, e)
	}
	return c
}

// TestWarmUpIsJudgedOverTheCourse plants a warm-up that cuts the peak and is
// behind for the rest: both are said. One that does nothing resolves nothing,
// and one that makes the peak higher is refuted.
func TestWarmUpIsJudgedOverTheCourse(t *testing.T) {
	small := func(steps float64) float64 { return 1 / (1 + steps) }
	peaked := func(top, tail float64) func(float64) float64 {
		return func(steps float64) float64 {
			if steps < 10 {
				return top
			}
			return tail / (1 + steps)
		}
	}
	for _, c := range []struct {
		name          string
		with          func(float64) float64
		scatter       float64
		peak, delayed study.Verdict
		says          string
	}{
		{"cuts the peak, and is behind", peaked(1.5, 5), 0.02, study.Holds, study.Holds, "is lower with it at 9 (evaluations 2048 … 18432), higher at 113 (evaluations 20480 … 249856), and not resolved at 0"},
		{"cuts the peak, and is ahead", peaked(1.5, 0.5), 0.02, study.Holds, study.Refuted, "is lower with it at 122 (evaluations 2048 … 249856), higher at none"},
		{"does nothing that is seen", peaked(4.1, 1.1), 1, study.Unresolved, study.Unresolved, "not resolved at 122"},
		{"raises the peak", peaked(8, 5), 0.02, study.Refuted, study.Holds, "raises the peak"},
	} {
		s := warmCourses(small, peaked(4, 1), c.with, c.scatter)
		s.warmup()
		if got := verdictOn(t, s.page, "cuts the peak"); got != c.peak {
			t.Errorf("%s: the peak: %s, want %s: %+v", c.name, got, c.peak, s.page.Study().Claims)
		}
		if got := verdictOn(t, s.page, "has its price"); got != c.delayed {
			t.Errorf("%s: the price: %s, want %s: %+v", c.name, got, c.delayed, s.page.Study().Claims)
		}
		if notes := s.page.Study().Notes; !strings.Contains(notes[len(notes)-1], c.says) {
			t.Errorf("%s: %q does not say %q", c.name, notes, c.says)
		}
	}
}
