package wire

import "crypto/ed25519"

// Terms are what a federation is about. A client's data must fit them.
type Terms struct {
	Version  string // of the program
	Kernels  string // of the coordinator's processor: others may round otherwise
	Task     int    // version of its tasks
	Data     string // the coordinator's data set, by name
	Digest   string // and by what is in it
	Examples int    // of its training set
	Storage  string // how its numbers are kept, which decides how sums of them are rounded
	Features int
	Classes  int      // 1 for numeric targets
	Names    []string `json:",omitempty"` // of the classes, in the order of labels; nil for numeric targets
	Model    string
	L2       float64
	Clients  int

	Hidden    string `json:",omitempty"` // layers of a net; "" for those that it had before there was a choice
	Precision string `json:",omitempty"` // of mini-batches; "" for float64, as they were before there was a choice
}

// Hello is how a client introduces itself, again each time it connects.
type Hello struct {
	Key     []byte // its public key
	Proof   []byte // that it knows the secret of a line; nil from who is known
	Nonce   []byte // comes back in the welcome
	Name    string
	Host    string
	Version string
	Kernels string
	Part    int // the client's number that it asks for; −1 for any
	Holding *Holding
}

// Holding is what a client trains on. Nothing else of it leaves its machine.
type Holding struct {
	Own      bool   // data of its own; else a part of the coordinator's
	Digest   string `json:",omitempty"` // of the data set, where it is the coordinator's
	Examples int
	Features int
	Counts   []int `json:",omitempty"` // examples of each class; nil where that is not told
	Classes  int
}

// The states of a client that has said hello.
const (
	Unknown  = "unknown"  // its key is not known and it has no valid proof
	Told     = "told"     // it has the terms, and is to say what it holds
	Waiting  = "waiting"  // to be accepted by the operator
	Accepted = "accepted" // it takes part
	Refused  = "refused"
)

// Welcome answers a hello.
type Welcome struct {
	Nonce  []byte
	State  string
	Reason string `json:",omitempty"` // why it is refused
	Client int    // its number, where it is accepted
	Place  string `json:",omitempty"` // and its place in subjects
	Terms  Terms
	Epoch  uint64
}

// Fingerprint names a key so that people can compare it.
func Fingerprint(key ed25519.PublicKey) string {
	sum := Sum(key)
	return sum[:4] + "-" + sum[4:8] + "-" + sum[8:12] + "-" + sum[12:16]
}

// Federation is the name of the federation of a coordinator's key, in its subjects.
func Federation(key ed25519.PublicKey) string { return Sum(key)[:16] }
