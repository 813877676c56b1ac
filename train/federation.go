package train

import (
	"math"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// Federation is an Estimator made of rounds: clients take steps of their own
// on their own examples, and what comes back is a pseudo-gradient, with the
// regulariser in it already. A run applies its rule, which is the server's, to
// that. Package fed has them. Where it does not say so, only the run's own
// goroutine calls.
type Federation interface {
	optimizers.Estimator
	// Begin divides the examples among the clients, with the run's seed. It goes
	// on from the federation that the run had before, if that is not nil: its
	// count of rounds, the privacy that it spent, who was dropped.
	Begin(seed uint64, before Federation)
	// Prepare says with which learning rate the clients step in the next round,
	// and how many gradient evaluations it may take with all its attempts.
	Prepare(lr float64, evals int64)
	// RoundLimit is after how many rounds the run ends; 0 for no limit.
	RoundLimit() int64
	// Rounds is how many rounds have been averaged, and Steps how many local steps they took.
	Rounds() int64
	Steps() int64
	// Bytes is what the server has sent to the clients and they to it.
	Bytes() int64
	// Spent says why no further round may begin; "" if one may.
	Spent() string
	// Elsewhere says why what the rounds come to is not the minimiser of f, the mean
	// over all examples; "" where it is. Without noise and with steps that become
	// small, that is.
	Elsewhere() string
	// Notes are the lines for the log since they were last asked for.
	Notes() []string
	// BeforeRelease sets what is called before noise is drawn that nobody can draw
	// again, once for each attempt of a round; after an error the round is not made.
	BeforeRelease(write func() error)
	// RecordOutcomes sets what is called with what came of each attempt at a round
	// whose clients are in other processes, before that has effects: it writes that
	// down for good and returns its number, which is in the State as OutcomeName
	// from then on. After an error the round fails. known are those that were written
	// down before the process was started anew: what was decided then is decided now.
	RecordOutcomes(write func(outcome []byte) (number int64, err error), known []Outcome)
	// Halt tells clients in other processes that the run has paused, or goes on.
	// Whichever goroutine halts last calls it, and no other meanwhile.
	Halt(paused bool)
	// Close ends the federation: the run goes on with another, or has ended. It may
	// be called again.
	Close()
	// ChargeLost charges the privacy of such attempts that are not in what was restored.
	ChargeLost(releases int)
	// CheckDrop says what speaks against leaving a client out of the rounds to
	// come, or taking it in again; Drop does it. Any goroutine may ask.
	CheckDrop(client int, out bool) error
	Drop(client int, out bool)
	// SetEpochs changes E, and SetMu FedProx's μ. HasMu says whether there is one; any goroutine may ask.
	SetEpochs(epochs int)
	SetMu(mu float64)
	HasMu() bool
	// Examine makes the next round compare the updates that it averages, and
	// Agreement is what came of that; nil before, and where the updates are hidden.
	Examine()
	Agreement() *view.Agreement
	// Save is what it shows and has still to tell, beside its State, and Restore
	// goes on from there, after Begin and once the State has been restored.
	Save() *FederationState
	Restore(s *FederationState) error
	// View is the federation as it is now. Any goroutine may ask.
	View() *view.Federation
}

// DivergedError is what an estimator returns where the run has diverged, with the reason.
type DivergedError string

// Error is the reason.
func (e DivergedError) Error() string { return string(e) }

// MaxEpochs is the most local epochs of a round.
const MaxEpochs = 1000

// Cost holds the accuracy of a federated run against that of the certified
// optimum, or else of the first centralised run at as many gradient
// evaluations. It is validation accuracy where there is a validation set.
func (s *Report) Cost(r *RunReport) view.Cost {
	accuracy, optimum := Point.validation, s.Optimum.ValAccuracy
	if s.Data.Val == 0 {
		accuracy, optimum = Point.test, s.Optimum.TestAccuracy
	}
	c := view.Cost{Now: accuracy(r.Last), Reference: math.NaN(), Round: r.Last.Rounds}
	if s.Optimum.State == OptimumCertified && !math.IsNaN(optimum) {
		c.Reference, c.Against = optimum, "the optimum"
		return c
	}
	for i := range s.Runs {
		if o := &s.Runs[i]; o.Federated == nil && o.Evals >= r.Last.Evals {
			if p, ok := o.at(r.Last.Evals); ok && !math.IsNaN(accuracy(p)) {
				c.Reference, c.Against = accuracy(p), o.Name
				return c
			}
		}
	}
	return c
}

func (p Point) validation() float64 { return p.ValAccuracy }
func (p Point) test() float64       { return p.TestAccuracy }

// at is the newest point of the curve at no more than so many gradient evaluations.
func (r *RunReport) at(evals int64) (Point, bool) {
	for i := len(r.Curve) - 1; i >= 0; i-- {
		if r.Curve[i].Evals <= evals {
			return r.Curve[i], true
		}
	}
	return Point{}, false
}
