package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
)

// bowl is the oracle of n functions ½‖θ − i‖² of d parameters, i = 0 … n−1.
type bowl struct {
	n, d  int
	rng   *rand.Rand
	draws int
	fails int // the draw that fails, from 1
}

var errTold = errors.New("told to fail")

func newBowl(n, d int) *bowl { return &bowl{n: n, d: d, rng: rand.New(rand.NewPCG(1, 2))} }

func (b *bowl) Len() int                { return b.n }
func (b *bowl) Dim() int                { return b.d }
func (b *bowl) NextBatch(batch int) int { return min(batch, b.n) }
func (b *bowl) Intn(n int) int          { return b.rng.IntN(n) }
func (b *bowl) Draw(batch int) ([]int32, error) {
	if b.draws++; b.draws == b.fails {
		return nil, errTold
	}
	rows := make([]int32, batch)
	for i := range rows {
		rows[i] = b.rng.Int32N(int32(b.n))
	}
	return rows, nil
}

func (b *bowl) DrawEach(rate float64) ([]int32, error) {
	return b.Draw(int(rate * float64(b.n)))
}

func (b *bowl) Grad(g, theta []float64, rows []int32) float64 {
	clear(g)
	loss := 0.0
	for _, row := range rows {
		for j, v := range theta {
			away := v - float64(row)
			g[j] += away / float64(len(rows))
			loss += away * away / 2 / float64(len(rows))
		}
	}
	return loss
}

func (b *bowl) FullGrad(g, theta []float64) (float64, error) {
	rows := make([]int32, b.n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return b.Grad(g, theta, rows), nil
}

func (b *bowl) ClippedGrad(g, theta []float64, rows []int32, clip float64) (loss float64, clipped int) {
	loss = b.Grad(g, theta, rows) * float64(len(rows))
	matrix.Scal(g, min(1, clip/matrix.Nrm2(g)))
	return loss, len(rows)
}

func (*bowl) GradDiff(_, _, _, _ []float64, _ []int32) float64 { panic("no task asks for this") }

// plainTask is of client 3 in round 2 on three parameters.
func plainTask() Task {
	return Task{
		Version: Version, Round: 2, Attempt: 1, Client: 3, Theta: []float64{1, 2, 3}, Plan: Plan{Epochs: 2, Batch: 4}, LR: 0.1,
		Rule: Rule{Name: "sgd"}, L2: 1e-3, Spans: []matrix.Span{{Lo: 0, Hi: 2}}, Clock: Clock{Unit: 10, Slowness: 2},
	}
}

func quietly(Progress) {}

// Progress begins at nothing and counts every step; the update is of the same
// numbers as the last report, and θ is as it was.
func TestWork(t *testing.T) {
	task := plainTask()
	var said []Progress
	u, err := new(Worker).Work(t.Context(), newBowl(10, 3), task, func(p Progress) { said = append(said, p) })
	if err != nil {
		t.Fatal(err)
	}
	if u.Round != 2 || u.Attempt != 1 || u.Client != 3 || u.Examples != 10 || u.Steps != 6 || u.Evaluations != 24 || u.Time != 4.8 || u.Failed != "" || len(u.Delta) != 3 {
		t.Errorf("got %+v", u)
	}
	if !slices.Equal(task.Theta, []float64{1, 2, 3}) {
		t.Errorf("θ is %v", task.Theta)
	}
	for i, p := range said {
		if p.Steps != i || p.Evaluations != 4*i || p.Client != 3 || p.Round != 2 || p.Attempt != 1 {
			t.Errorf("report %d: got %+v", i, p)
		}
	}
	if last := said[len(said)-1]; len(said) != 7 || last.Loss != u.Loss || last.Time != u.Time {
		t.Errorf("got %d reports, the last %+v, and %+v", len(said), last, u)
	}
}

// One full step of SGD by hand: θ = (1, 2, 3), the mean of 0 … 9 is 4.5, and the
// first two parameters have a regulariser.
func TestOneStepByHand(t *testing.T) {
	task := plainTask()
	task.Plan = Plan{Epochs: 1, Batch: 10}
	task.L2 = 0.5
	u, err := new(Worker).Work(t.Context(), newBowl(10, 3), task, quietly)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.1 * (1 - 4.5 + 0.5*1), 0.1 * (2 - 4.5 + 0.5*2), 0.1 * (3 - 4.5)} {
		if math.Abs(u.Delta[i]-want) > 1e-15 {
			t.Errorf("Δ[%d] = %g, want %g", i, u.Delta[i], want)
		}
	}
}

// A client that gives up says why, keeps no vector, and says how far it came.
func TestGivingUp(t *testing.T) {
	for _, c := range []struct {
		what   string
		change func(*Task)
		failed string
		steps  int
	}{
		{"breaks off at once", func(t *Task) { t.BreaksOff = 1 }, BrokeOff, 0},
		{"breaks off before the third step", func(t *Task) { t.BreaksOff = 3 }, BrokeOff, 2},
		{"late in the fourth step", func(t *Task) { t.Clock.Deadline = 2.5 }, Late, 3},
		{"late with a part", func(t *Task) { t.Clock.Deadline, t.Partial = 2.5, true }, "", 3},
		{"late with nothing", func(t *Task) { t.Clock.Deadline, t.Partial = 0.5, true }, Late, 0},
	} {
		task, w := plainTask(), &Worker{}
		c.change(&task)
		u, err := w.Work(t.Context(), newBowl(10, 3), task, quietly)
		if err != nil || u.Failed != c.failed || u.Steps != c.steps || (u.Delta == nil) != (c.failed != "") {
			t.Errorf("%s: got %+v, %v; want %q after %d steps", c.what, u, err, c.failed, c.steps)
		}
		want := map[bool]int{true: 2, false: 1}[c.failed != ""]
		if got := w.Vectors.Idle(); got != want {
			t.Errorf("%s: %d vectors wait to be used again, want %d", c.what, got, want)
		}
	}
}

// Work ends with its context, and where a draw is refused; made again it comes to the same.
func TestInterruptedWork(t *testing.T) {
	w := &Worker{}
	want, err := w.Work(t.Context(), newBowl(10, 3), plainTask(), quietly)
	if err != nil {
		t.Fatal(err)
	}
	refuses := newBowl(10, 3)
	refuses.fails = 4
	if _, err := w.Work(t.Context(), refuses, plainTask(), quietly); !errors.Is(err, errTold) {
		t.Errorf("got %v, want %v", err, errTold)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = w.Work(ctx, newBowl(10, 3), plainTask(), func(p Progress) {
		if p.Steps == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if got, err := w.Work(t.Context(), newBowl(10, 3), plainTask(), quietly); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if got := w.Vectors.Idle(); got != 1 { // of two at a time; the others are in two updates
		t.Errorf("%d vectors wait to be used again, want 1", got)
	}
}

// Impossible tasks are refused before anything is done.
func TestImpossibleTasks(t *testing.T) {
	for _, c := range []struct {
		want   string
		change func(*Task)
	}{
		{"task of version 2, want 1", func(t *Task) { t.Version = 2 }},
		{"task with 2 parameters, want 3", func(t *Task) { t.Theta = t.Theta[:2] }},
		{"task of 0 epochs of batches of 4 of 10 examples, want at least 1", func(t *Task) { t.Plan.Epochs = 0 }},
		{"task of 2 epochs of batches of -1 of 10 examples, want at least 1", func(t *Task) { t.Plan.Batch = -1 }},
		{"task with variates of 3 and 0 numbers, want 3", func(t *Task) { t.Variates = &Variates{Server: t.Theta} }},
		{"task with privacy and clip 0, noise 1", func(t *Task) { t.Plan.Poisson, t.Noise = true, 1 }},
		{"task with a clock of unit 0 and slowness 2, want them above 0", func(t *Task) { t.Clock.Unit = 0 }},
		{"task with a key of 3 bytes, want 32", func(t *Task) { t.NoiseStream.Key = []byte{1, 2, 3} }},
		{"task with a regulariser on parameters 1 to 4 of 3", func(t *Task) { t.Spans = []matrix.Span{{Lo: 1, Hi: 4}} }},
		{`there is no rule "lion"`, func(t *Task) { t.Rule.Name = "lion" }},
		{`adam has no setting "momentum"`, func(t *Task) { t.Rule = Rule{"adam", map[string]string{"momentum": "0.9"}} }},
		{`adam: β₁`, func(t *Task) { t.Rule = Rule{"adam", map[string]string{"beta1": "2"}} }},
	} {
		task := plainTask()
		c.change(&task)
		o := newBowl(10, 3)
		_, err := new(Worker).Work(t.Context(), o, task, func(Progress) { t.Errorf("%s: it has begun", c.want) })
		if want := "client: " + strings.Replace(c.want, "adam: β₁", "adam: beta1 must be at least 0 and at most 0.999999, got 2", 1); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// FuzzWork carries out whatever JSON says: it comes to an update or an error, and never to a panic.
func FuzzWork(f *testing.F) {
	for _, change := range []func(*Task){
		func(*Task) {}, func(t *Task) { t.Plan.Poisson, t.Clip, t.Noise = true, 1, 2 }, func(t *Task) { t.Mu, t.Partial, t.Clock.Deadline = 0.1, true, 1 },
		func(t *Task) { t.Variates = &Variates{t.Theta, t.Theta} }, func(t *Task) { t.Rule = Rule{"adamw", map[string]string{"decay": "0.1"}} },
	} {
		task := plainTask()
		change(&task)
		text, err := json.Marshal(task)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var task Task
		if json.Unmarshal(text, &task) != nil {
			return
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		u, err := new(Worker).Work(ctx, newBowl(10, 3), task, func(p Progress) {
			if p.Steps > 20 {
				cancel()
			}
		})
		if err == nil && u.Failed == "" && len(u.Delta) != 3 {
			t.Errorf("got %+v of %s", u, text)
		}
	})
}

// Every rule of the catalogue is the same made of its texts, in full.
func TestRulesByTheirTexts(t *testing.T) {
	for _, part := range optimizers.Default().Rules {
		v := optimizers.Values{}.Within("", part.Params)
		pr := optimizers.Problem{L2: 1.0 / 3, Spans: []matrix.Span{{Lo: 0, Hi: 2}}, N: 10}
		v, err := part.Values(pr, v.Texts())
		if err != nil {
			t.Fatal(err)
		}
		want, got := part.New(v), Rule{part.Name, v.Texts()}
		again, err := new(Worker).rule(&Task{Rule: got, L2: pr.L2, Spans: pr.Spans}, pr.N)
		if err != nil || !reflect.DeepEqual(again, want) {
			t.Errorf("%s: got %+v, %v; want %+v", part.Name, again, err, want)
		}
		if fmt.Sprint(got.Settings) == "map[]" && len(part.Params) > 0 {
			t.Errorf("%s: it has no texts", part.Name)
		}
	}
}
