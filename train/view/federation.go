package view

import "math"

// Federation is an immutable view of a federated run's clients and rounds.
type Federation struct {
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
	Deadline  float64 // in the unit of Client.Time; NaN for none
	Bytes     int64   // sent so far, both ways
	Refused   []Refusal
	Clients   []Client
	Privacy   *Privacy // nil where none is kept
	Cost      Cost
}

// Refusal counts the updates that were not averaged for one reason, over all rounds.
type Refusal struct {
	Reason string // e.g. "late", "not finite"
	Count  int
}

// Client is a client as it is now. What belongs to a round is of the round
// under way, or else of the latest that it took part in; Drift is always of that,
// since a round tells it at its end.
type Client struct {
	ID       int
	Examples int
	Classes  []int // examples of each class; nil for numeric targets. It never changes.
	State    ClientState
	Reason   string // why its update was rejected, or it failed
	Done     int64  // gradient evaluations taken
	Work     int64  // gradient evaluations that its epochs take
	Loss     float64
	Drift    float64 // ‖θₖ − θ‖ of what it sent last
	Drifted  int     // the round of that; 0 where it is not told
	Time     float64 // virtual: evaluations × slowness, in units of the mean client's work at slowness 1
	Slowness float64
	Accepted int // updates averaged over all rounds
	Refused  int // updates not averaged, and failures

	Machine // that it is on; zero for one in the source's own process
}

// Machine is what is known of a client that is on a machine of its own.
type Machine struct {
	Name      string  // that it has given itself
	Host      string  // by the name that the machine has
	Version   string  // of its program
	Load      string  // what the machine does, in a line; "" where it does not tell
	RoundTrip float64 // of a message to it and back, in seconds; NaN where unknown
	Heard     float64 // seconds since it was heard of; NaN where it never was
	Up, Down  int64   // bytes that came from it, and that went to it
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

	// Of clients on machines of their own.
	ClientSending   // its update is on its way
	ClientSilent    // it is at work, and has not been heard of for some seconds
	ClientGone      // it has not been heard of for so long that it is thought to be gone
	ClientRejoining // it has come back, and is told what it missed
	ClientWaiting   // it waits to be let in
	ClientAbsent    // nobody has come yet to be this client
)

// String is the state in a word.
func (s ClientState) String() string {
	return [...]string{
		"idle", "selected", "training", "sent", "accepted", "late", "rejected", "failed", "dropped",
		"sending", "silent", "gone", "rejoining", "waiting", "absent",
	}[s]
}

// Remote says whether clients are on machines of their own.
func (f *Federation) Remote() bool {
	for i := range f.Clients {
		if c := &f.Clients[i]; c.State >= ClientSending || c.Machine != (Machine{}) {
			return true
		}
	}
	return false
}

// Privacy is what a federation has spent of it.
type Privacy struct {
	Unit       string  // whose presence is hidden, in a word
	Clients    bool    // it is that of whole clients, whose updates are clipped as such
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

// Cost is what decentralising costs a run: accuracies are shares of 1, NaN where unknown.
type Cost struct {
	Now       float64 // of the run
	Reference float64 // what it is held against
	Against   string  // "the optimum" or the name of a centralised run
	Round     int64   // the round that Now is of
}

// Lost is how many points, as a share of 1, the federation loses; NaN where unknown.
func (c Cost) Lost() float64 { return c.Reference - c.Now }

// UnknownCost is that of a run of which too little is known.
func UnknownCost() Cost { return Cost{Now: math.NaN(), Reference: math.NaN()} }
