package wire

import (
	"encoding/json"
	"errors"
	"fmt"

	"optwatch/fed/client"
)

// Ask is a task for one client, without its vectors.
type Ask struct {
	Run   string // the federated run, as its subjects call it
	Epoch uint64 // which of the coordinator's lives asks; the higher is right
	Said  uint64 // rises each time that the coordinator wants an answer; a letter that comes twice says the same

	Task     client.Task // without Theta and Variates
	Theta    Vector
	Server   *Vector   `json:",omitempty"` // c of SCAFFOLD's variates
	Own      *Vector   `json:",omitempty"` // cₖ
	Division *Division `json:",omitempty"` // which rows are whose; nil where the client has data of its own
}

// Division says which rows of a data set that both sides have are whose, in the
// words of a recipe.
type Division struct {
	Scheme  string
	Alpha   float64
	Clients int
	Seed    uint64
}

// AskOf is the ask for a task, and the bytes of the vectors that go with it.
func AskOf(run string, t client.Task, theta Vector, server *Vector) (a Ask, own []byte) {
	a = Ask{Run: run, Task: t, Theta: theta}
	a.Task.Theta, a.Task.Variates = nil, nil
	if v := t.Variates; v != nil {
		own = Bytes(v.Client)
		name := VectorOf(own)
		a.Server, a.Own = server, &name
	}
	return a, own
}

// ID is the identity of an ask: that of all that decides its answer's bits.
func (a Ask) ID() string {
	a.Epoch, a.Said = 0, 0
	text, err := json.Marshal(a)
	if err != nil { // there are no NaN and no infinities in what a recipe can say
		panic("wire: an ask that cannot be written: " + err.Error())
	}
	return Sum(text)
}

// Check says whether an ask can be written and read again: numbers that JSON has
// no words for would come from a learning rate that has run away.
func (a Ask) Check() error {
	if _, err := json.Marshal(a); err != nil {
		return fmt.Errorf("wire: %w", err)
	}
	return nil
}

// Whole is the task with its vectors, found by what is in them.
func (a Ask) Whole(find func(Vector) ([]byte, bool)) (client.Task, error) {
	t := a.Task
	vector := func(v Vector) (x []float64, err error) {
		b, ok := find(v)
		if !ok {
			return nil, ErrMissing
		}
		return Numbers(b)
	}
	var err error
	if t.Theta, err = vector(a.Theta); err != nil {
		return t, err
	}
	if a.Server == nil || a.Own == nil {
		return t, nil
	}
	t.Variates = new(client.Variates)
	if t.Variates.Server, err = vector(*a.Server); err != nil {
		return t, err
	}
	t.Variates.Client, err = vector(*a.Own)
	return t, err
}

// ErrMissing is that a vector of an ask has not come, or has been replaced.
var ErrMissing = errors.New("a vector of the task is not there")

// Parcel is a vector on its way: it follows in the same letter, or lies in a bucket.
type Parcel struct {
	Vector
	Name string // under which a later one takes its place: a subject
	Long bool   `json:",omitempty"` // it lies in the bucket
}

// Halt says whether a run is paused, or that it is over: its vectors and answers
// are of no more use.
type Halt struct {
	Run    string
	Epoch  uint64
	Halted bool
	Over   bool `json:",omitempty"`
}

// Life is one of the coordinator's lives. Two that count the same are told apart
// by what each process draws at random: one of them was begun from a copy of the
// other's folder.
type Life struct {
	Epoch   uint64
	Process string
}

// End says that the federation has ended, and how.
type End struct {
	Epoch  uint64
	Reason string
}
