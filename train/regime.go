package train

import "optwatch/optimizers"

// regime is what differs between a run that steps along gradients of f and one
// whose steps are rounds of a federation. All but the few commands that only a
// federation takes ask it, and never what the run is.
type regime interface {
	// spent says why no further step may begin, whatever the budget; "" if one may.
	spent() string
	// endsItself says whether the recipe tells after how many steps the run ends.
	endsItself() bool
	// minimises says whether the run goes to the minimum of f, and may converge.
	minimises() bool
	// steps is how many steps have been taken, rounds how many rounds and what they sent.
	steps(r *run) int64
	rounds() (n, bytes int64)
	// diverges says whether the loss that an estimate came with is above a bound.
	diverges(loss, bound float64) bool
	// save is what the regime adds to the run's state; nil for nothing.
	save() *FederationState

	// prepare comes before an estimate and relay, which logs what it told, after it.
	prepare(r *run)
	relay(r *run)
	// apply is a step along the estimate in g, and note takes down its loss.
	apply(r *run)
	note(r *run, loss float64)

	// clients is how many a look compares, price the gradient evaluations that it
	// takes or is worth. stepped sees the step after it.
	clients() int
	price(r *run) int64
	look(r *run)
	stepped(r *run)
	// lookAtStart sees what there is to see at θ₀, once the run has diverged.
	lookAtStart(r *run)
}

// regimeOf is that of an estimator.
func regimeOf(e optimizers.Estimator) regime {
	if f, ok := e.(Federation); ok {
		return rounds{f}
	}
	return gradients{}
}
