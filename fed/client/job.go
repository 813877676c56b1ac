package client

import (
	"context"
	"math/rand/v2"

	"optwatch/fed/privacy"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
)

// job is a task that is being carried out.
type job struct {
	task     Task
	oracle   optimizers.ClientOracle
	rule     optimizers.Rule
	progress func(Progress)
	w, g     []float64  // where the client is, and the gradient there
	noise    *rand.Rand // of example-level privacy

	batch       int
	steps       int // taken
	evaluations int
	loss        mean // of the epoch under way

	clipped, contributions int
	signal                 float64
}

// train takes the local steps. It says why there is no update in the end; "" if there is one.
func (j *job) train(ctx context.Context) (failed string, err error) {
	t, n := &j.task, j.oracle.Len()
	copy(j.w, t.Theta)
	j.batch = t.Plan.BatchOf(n)
	if t.Plan.Poisson {
		j.noise = t.NoiseStream.Rand()
	}
	epoch := t.Plan.EpochSteps(n)
	j.report()
	for s := range t.Plan.Steps(n) {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		switch {
		case s+1 == t.BreaksOff:
			return BrokeOff, nil
		case t.Clock.Late(t.Clock.At(j.evaluations + j.next())):
			if t.Partial && s > 0 {
				return "", nil
			}
			return Late, nil
		case s%epoch == 0:
			j.loss = mean{}
		}
		if err := j.step(); err != nil {
			return "", err
		}
		j.report()
	}
	return "", nil
}

// next is how many evaluations the next local step takes; of a Poisson sample, on average.
func (j *job) next() int {
	if j.task.Plan.Poisson {
		return j.batch
	}
	return j.oracle.NextBatch(j.batch)
}

// step is a local step.
func (j *job) step() error {
	loss, n, err := j.gradient()
	if err != nil {
		return err
	}
	if _, ok := j.rule.(optimizers.Decoupled); !ok {
		for _, s := range j.task.Spans {
			matrix.Axpy(j.g[s.Lo:s.Hi], j.task.L2, j.w[s.Lo:s.Hi])
		}
	}
	j.correct()
	j.rule.Apply(j.w, j.g, j.task.LR)
	j.steps++
	j.evaluations += n
	j.loss.add(loss, n)
	return nil
}

// gradient writes the gradient of a mini-batch to g, and returns its mean loss
// and its size. A batch that is the whole of the examples is taken in their
// order; one whose examples are to be hidden is a Poisson sample.
func (j *job) gradient() (loss float64, n int, err error) {
	if j.task.Plan.Poisson {
		return j.privateGradient()
	}
	if j.batch == j.oracle.Len() {
		loss, err = j.oracle.FullGrad(j.g, j.w)
		return loss, j.batch, err
	}
	rows, err := j.oracle.Draw(j.batch)
	if err != nil {
		return 0, 0, err
	}
	return j.oracle.Grad(j.g, j.w, rows), len(rows), nil
}

// privateGradient is that of differentially private SGD: the gradient of every
// example is clipped, and the sum gets noise before it is divided by the
// expected batch size.
//
// Reference: Abadi, Chu, Goodfellow, McMahan, Mironov, Talwar and Zhang, "Deep learning with differential privacy",
// CCS 2016, algorithm 1.
func (j *job) privateGradient() (loss float64, n int, err error) {
	rows, err := j.oracle.DrawEach(j.task.Plan.Rate(j.oracle.Len()))
	if err != nil {
		return 0, 0, err
	}
	sum, clipped := j.oracle.ClippedGrad(j.g, j.w, rows, j.task.Clip)
	j.clipped += clipped
	j.contributions += len(rows)
	j.signal += matrix.Nrm2(j.g)
	privacy.AddNoise(j.g, j.task.Noise*j.task.Clip, j.noise)
	matrix.Scal(j.g, 1/float64(j.batch))
	return sum / float64(max(1, len(rows))), len(rows), nil
}

// correct changes the gradient g at w as the strategy asks:
//
//	g ← g + μ(w − θ)        FedProx
//	g ← g − cₖ + c           SCAFFOLD
func (j *job) correct() {
	if mu := j.task.Mu; mu != 0 {
		towards(j.g, mu, j.w, j.task.Theta)
	}
	if v := j.task.Variates; v != nil {
		matrix.Axpy(j.g, -1, v.Client)
		matrix.Axpy(j.g, 1, v.Server)
	}
}

// towards adds μ(w − θ) to g.
func towards(g []float64, mu float64, w, theta []float64) {
	g, theta = g[:len(w)], theta[:len(w)]
	for i, v := range w {
		g[i] += mu * (v - theta[i])
	}
}

func (j *job) report() {
	j.progress(Progress{
		Round: j.task.Round, Attempt: j.task.Attempt, Client: j.task.Client,
		Steps: j.steps, Evaluations: j.evaluations, Loss: j.loss.value, Time: j.task.Clock.At(j.evaluations),
	})
}

// update is what is sent. θ − θₖ takes the place of θₖ.
func (j *job) update(failed string) Update {
	u := Update{
		Round: j.task.Round, Attempt: j.task.Attempt, Client: j.task.Client,
		Examples: j.oracle.Len(), Steps: j.steps, Evaluations: j.evaluations, Loss: j.loss.value, Time: j.task.Clock.At(j.evaluations),
		Clipped: j.clipped, Contributions: j.contributions, Signal: j.signal, Failed: failed,
	}
	if failed != "" {
		return u
	}
	for i, v := range j.task.Theta {
		j.w[i] = v - j.w[i]
	}
	u.Delta = j.w
	return u
}

// mean is that over examples of losses that come a batch at a time.
type mean struct {
	value float64
	n     int
}

func (m *mean) add(value float64, n int) {
	if n == 0 {
		return
	}
	m.n += n
	m.value += (value - m.value) * float64(n) / float64(m.n)
}
