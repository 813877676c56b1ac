package train

import (
	"math"

	"optwatch/optimizers"
	"optwatch/train/diagnosis"
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
	// Notes are the lines for the log since they were last asked for.
	Notes() []string
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
	Agreement() *diagnosis.Clients
	// Save is what it shows and has still to tell, beside its State, and Restore
	// goes on from there, after Begin and once the State has been restored.
	Save() *FederationState
	Restore(s *FederationState) error
	// View is the federation as it is now. Any goroutine may ask.
	View() *FederatedView
}

// DivergedError is what an estimator returns where the run has diverged, with the reason.
type DivergedError string

// Error is the reason.
func (e DivergedError) Error() string { return string(e) }

// MaxEpochs is the most local epochs of a round.
const MaxEpochs = 1000

// FederatedView is an immutable view of a federation.
type FederatedView struct {
	Strategy  string // as in the catalogue
	Partition string // in words, e.g. "2 classes each"
	Round     int    // rounds averaged
	Limit     int    // rounds after which the run ends; 0 if only its budget ends it
	Underway  bool   // a round is under way, the one after Round
	Attempt   int    // of the round under way, from 1; more where too few answered
	Cohort    int    // clients selected, of the round under way or else of the latest
	Answered  int    // of these, how many updates have been accepted, or have arrived
	Epochs    int    // E
	Mu        float64
	Deadline  float64 // in the unit of ClientView.Time; NaN for none
	Bytes     int64   // sent so far, both ways
	Refused   []Refusal
	Clients   []ClientView
	Privacy   *PrivacyView // nil where none is kept
}

// Refusal counts the updates that were not averaged for one reason, over all rounds.
type Refusal struct {
	Reason string // e.g. "late", "not finite"
	Count  int
}

// ClientView is a client as it is now. What belongs to a round is of the round
// under way, or else of the latest that it took part in.
type ClientView struct {
	ID       int
	Examples int
	Classes  []int // examples of each class; nil for numeric targets. It never changes.
	State    ClientState
	Reason   string // why its update was rejected, or it failed
	Done     int64  // gradient evaluations taken
	Work     int64  // gradient evaluations that its epochs take
	Loss     float64
	Drift    float64 // ‖θₖ − θ‖ of what it sent
	Time     float64 // virtual: evaluations × slowness, in units of the mean client's work at slowness 1
	Slowness float64
	Accepted int // updates averaged over all rounds
	Refused  int // updates not averaged, and failures
}

// ClientState is what a client does.
type ClientState int

// The states of a client.
const (
	ClientIdle     ClientState = iota // not selected
	ClientSelected                    // selected, its work has not begun
	ClientTraining                    // takes local steps
	ClientSent                        // its update is on its way or has arrived
	ClientAccepted                    // its update was fit to be averaged, and enough others were
	ClientLate                        // the deadline passed before its update came
	ClientRejected                    // its update was not fit to be averaged
	ClientFailed                      // it broke off
	ClientDropped                     // left out by command
)

// String is the state in a word.
func (s ClientState) String() string {
	return [...]string{"idle", "selected", "training", "sent", "accepted", "late", "rejected", "failed", "dropped"}[s]
}

// PrivacyView is the privacy that a federation has spent.
type PrivacyView struct {
	Unit       string  // whose presence is hidden: "client" or "example"
	Epsilon    float64 // ε spent; +Inf where nothing is guaranteed
	Delta      float64 // δ
	Budget     float64 // ε at which the run ends; NaN for none
	Clip       float64 // S, the norm that a contribution is clipped to
	Noise      float64 // z, the noise's standard deviation in units of S
	Clipped    float64 // share of the latest round's contributions that were clipped; NaN where unknown
	SNR        float64 // ‖signal‖ / ‖noise‖ of a noisy sum of the latest round, expected; NaN where unknown
	Releases   int     // noisy sums so far: rounds, or local steps where examples are hidden
	Void       string  // why nothing is guaranteed, in words; "" where ε holds but for the noise being reproducible
	Reproduced bool    // the noise follows from the seed, so that whoever knows it knows the noise
}

// Cost is what decentralising costs a federated run: accuracies are shares of 1, NaN where unknown.
type Cost struct {
	Now       float64 // of the run
	Reference float64 // what it is held against
	Against   string  // "the optimum" or the name of a centralised run
	Round     int64   // the round that Now is of
}

// Lost is how many points, as a share of 1, the federation loses; NaN where unknown.
func (c Cost) Lost() float64 { return c.Reference - c.Now }

// Cost holds the accuracy of a federated run against that of the certified
// optimum, or else of the first centralised run at as many gradient
// evaluations. It is validation accuracy where there is a validation set.
func (s *Snapshot) Cost(r *RunView) Cost {
	accuracy, optimum := Point.validation, s.Optimum.ValAccuracy
	if s.Data.Val == 0 {
		accuracy, optimum = Point.test, s.Optimum.TestAccuracy
	}
	c := Cost{Now: accuracy(r.Last), Reference: math.NaN(), Round: r.Last.Rounds}
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
func (r *RunView) at(evals int64) (Point, bool) {
	for i := len(r.Curve) - 1; i >= 0; i-- {
		if r.Curve[i].Evals <= evals {
			return r.Curve[i], true
		}
	}
	return Point{}, false
}
