package fed

import (
	"math/rand/v2"

	"optwatch/fed/privacy"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
)

// client is one client at work on a task: E epochs of steps from θ on its own
// examples, each corrected as the strategy says.
type client struct {
	r      *Round
	task   Task
	oracle optimizers.ClientOracle
	rule   optimizers.Rule
	noise  *rand.Rand // of example-level privacy; nil for none
	w, g   []float64
	track  *track

	batch, epoch int     // steps an epoch
	unit         float64 // of virtual time
	done         int     // gradient evaluations
	loss         running
	update       Update
}

// train is the work of a client in a round.
func (r *Round) train(o optimizers.Divisible, t Task) (*Update, error) {
	c := r.client(o, t)
	defer r.scratch.give(c.g)
	steps := r.localSteps(t.Client)
	breaks := r.Faults.breaksOff(r.seed, t.Client, t.Round, t.Attempt, steps)
	c.track.begin()
	for s := range steps {
		if s == breaks {
			return c.giveUp(brokeOff)
		}
		if c.time(c.next()) > r.Faults.Deadline {
			if r.strategy.partial() && s > 0 {
				break
			}
			return c.giveUp(late)
		}
		if s%c.epoch == 0 {
			c.loss = running{}
		}
		if err := c.step(); err != nil {
			r.scratch.give(c.w)
			return nil, err
		}
	}
	return c.send(), nil
}

func (r *Round) client(o optimizers.Divisible, t Task) *client {
	rows := r.partition[t.Client]
	c := &client{
		r: r, task: t, rule: r.Rule(), track: &r.tracks[t.Client],
		oracle: o.Sub(rows, r.stream(forBatches, t.draws()...)),
		batch:  min(r.Batch, len(rows)), unit: r.unit(),
		w: r.scratch.take(len(t.Theta)), g: r.scratch.take(len(t.Theta)),
	}
	copy(c.w, t.Theta)
	c.epoch = epochSteps(len(rows), c.batch)
	if r.Privacy.Examples() {
		c.noise = r.rng(forClientNoise, t.draws()...)
	}
	return c
}

// epochSteps is the steps of an epoch over n examples.
func epochSteps(n, batch int) int { return (n + batch - 1) / max(1, batch) }

// localSteps is the local steps of a client in a round.
func (r *Round) localSteps(client int) int {
	n := len(r.partition[client])
	return r.Epochs * epochSteps(n, min(r.Batch, n))
}

// work is the gradient evaluations of a client in a round; with Poisson samples, on average.
func (r *Round) work(client int) int {
	n := len(r.partition[client])
	if r.Privacy.Examples() {
		return r.localSteps(client) * min(r.Batch, n)
	}
	return r.Epochs * n
}

// time is the virtual time when so many evaluations more will be done.
func (c *client) time(more int) float64 {
	return float64(c.done+more) * c.r.slow[c.task.Client] / c.unit
}

// next is how many evaluations the next local step takes; of a Poisson sample, on average.
func (c *client) next() int {
	if c.noise != nil {
		return c.batch
	}
	return c.oracle.NextBatch(c.batch)
}

// step is a local step.
func (c *client) step() error {
	loss, n, err := c.gradient()
	if err != nil {
		return err
	}
	if _, ok := c.rule.(optimizers.Decoupled); !ok {
		for _, s := range c.r.problem.Spans {
			matrix.Axpy(c.g[s.Lo:s.Hi], c.r.problem.L2, c.w[s.Lo:s.Hi])
		}
	}
	c.r.strategy.correct(c.g, c.w, c.task.Theta, c.task.Client)
	c.rule.Apply(c.w, c.g, c.task.LR)
	c.done += n
	c.update.Steps++
	c.loss.add(loss, n)
	c.track.step(n, c.loss.mean, c.time(0))
	return nil
}

// gradient writes the gradient of a mini-batch to g, and returns its mean loss
// and its size. A batch that is the whole of the examples is taken in their
// order; one whose examples are to be hidden is a Poisson sample.
func (c *client) gradient() (loss float64, n int, err error) {
	if c.r.Privacy.Examples() {
		return c.privateGradient()
	}
	if c.batch == c.oracle.Len() {
		loss, err = c.oracle.FullGrad(c.g, c.w)
		return loss, c.batch, err
	}
	rows, err := c.oracle.Draw(c.batch)
	if err != nil {
		return 0, 0, err
	}
	return c.oracle.Grad(c.g, c.w, rows), len(rows), nil
}

// privateGradient is that of differentially private SGD: the gradient of every
// example is clipped, and the sum gets noise before it is divided by the
// expected batch size.
//
// Reference: Abadi, Chu, Goodfellow, McMahan, Mironov, Talwar and Zhang, "Deep learning with differential privacy",
// CCS 2016, algorithm 1.
func (c *client) privateGradient() (loss float64, n int, err error) {
	p := c.r.Privacy
	rows, err := c.oracle.DrawEach(float64(c.batch) / float64(c.oracle.Len()))
	if err != nil {
		return 0, 0, err
	}
	sum, clipped := c.oracle.ClippedGrad(c.g, c.w, rows, p.Clip)
	c.update.clipped += clipped
	c.update.contributions += len(rows)
	c.update.signal += matrix.Nrm2(c.g)
	privacy.AddNoise(c.g, p.Sigma(), c.noise)
	matrix.Scal(c.g, 1/float64(c.batch))
	return sum / float64(max(1, len(rows))), len(rows), nil
}

// send makes the update: θ − θₖ, in the place of θₖ.
func (c *client) send() *Update {
	u := &c.update
	u.Round, u.Attempt, u.Client = c.task.Round, c.task.Attempt, c.task.Client
	u.Examples, u.Loss, u.Time = c.oracle.Len(), c.loss.mean, c.time(0)
	for i, v := range c.task.Theta {
		c.w[i] = v - c.w[i]
	}
	c.track.whole.Store(u.Steps == c.r.localSteps(c.task.Client))
	u.Delta = c.w
	c.track.end("")
	return u
}

// giveUp ends the work without an update.
func (c *client) giveUp(why string) (*Update, error) {
	c.r.scratch.give(c.w)
	c.track.end(why)
	return nil, nil
}

// running is the mean over examples of losses that come a batch at a time.
type running struct {
	mean float64
	n    int
}

func (r *running) add(mean float64, n int) {
	if n == 0 {
		return
	}
	r.n += n
	r.mean += (mean - r.mean) * float64(n) / float64(r.n)
}
