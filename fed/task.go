package fed

import "optwatch/fed/client"

// tasks are what a round asks of its cohort, in the order of clients.
func (r *Round) tasks(cohort []int, theta []float64, t *tally) []Task {
	common := Task{
		Version: client.Version, Round: t.round, Attempt: t.attempt,
		Theta: theta, Plan: r.plan(), LR: r.lr, Rule: r.Rule, L2: r.problem.L2, Spans: r.problem.Spans,
		Clock: client.Clock{Unit: r.unit(), Deadline: r.Faults.Deadline},
	}
	if r.Privacy.Examples() {
		common.Clip, common.Noise = r.Privacy.Clip, r.Privacy.Noise
	}
	tasks := make([]Task, len(cohort))
	for i, k := range cohort {
		tasks[i] = common
		task := &tasks[i]
		task.Client, task.Clock.Slowness = k, r.slow[k]
		draws := drawsOf(k, t.round, t.attempt)
		task.Batches = r.stream(forBatches, draws...)
		if r.Privacy.Examples() {
			task.NoiseStream = r.stream(forClientNoise, draws...)
		}
		task.BreaksOff = r.Faults.breaksOff(r.seed, k, t.round, t.attempt, r.localSteps(k))
		r.strategy.instruct(task)
	}
	return tasks
}

// drawsOf tells the random streams of tasks apart: one for each client and round.
// A further attempt draws anew, since it is accounted for as another sample.
func drawsOf(client, round, attempt int) []int {
	if attempt > 1 {
		return []int{client, round, attempt}
	}
	return []int{client, round}
}

// localSteps is the local steps of a client in a round.
func (r *Round) localSteps(k int) int { return r.plan().Steps(r.sizes[k]) }

// work is the gradient evaluations of a client in a round; with Poisson samples, on average.
func (r *Round) work(k int) int { return r.plan().Evaluations(r.sizes[k]) }
