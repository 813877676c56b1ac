package wire

import (
	"fmt"

	"optwatch/fed/client"
)

// Answer is what comes of an ask. The numbers that may be NaN or infinite are in
// the payload: the loss, the time, the signal, and then θ − θₖ.
type Answer struct {
	Run string
	Ask string // its ID

	Client, Round, Attempt int
	Examples, Steps        int
	Evaluations            int
	Clipped, Contributions int
	Failed                 string `json:",omitempty"`
	LossHidden             bool   `json:",omitempty"`

	Len    int    // of θ − θₖ
	Long   bool   `json:",omitempty"` // the payload is in the client's bucket, under the run's name; else it follows
	Digest string // of the update
}

// scalars is how many numbers go before θ − θₖ.
const scalars = 3

// AnswerOf is the answer that an update is, and its payload.
func AnswerOf(run, ask string, u client.Update) (Answer, []byte) {
	a := Answer{
		Run: run, Ask: ask, Client: u.Client, Round: u.Round, Attempt: u.Attempt, Examples: u.Examples, Steps: u.Steps,
		Evaluations: u.Evaluations, Clipped: u.Clipped, Contributions: u.Contributions, Failed: u.Failed, LossHidden: u.LossHidden,
		Len: len(u.Delta), Digest: u.Digest(),
	}
	payload := appendBytes(make([]byte, 0, a.Size()), u.Loss, u.Time, u.Signal)
	return a, appendBytes(payload, u.Delta...)
}

// Update is what the answer and its payload say, if nothing has changed it on the
// way. Whether it is true is the server's to judge.
func (a Answer) Update(payload []byte) (client.Update, error) {
	u := client.Update{
		Client: a.Client, Round: a.Round, Attempt: a.Attempt, Examples: a.Examples, Steps: a.Steps,
		Evaluations: a.Evaluations, Clipped: a.Clipped, Contributions: a.Contributions, Failed: a.Failed, LossHidden: a.LossHidden,
	}
	numbers, err := Numbers(payload)
	if err != nil {
		return u, err
	}
	if a.Len < 0 || len(numbers)-scalars != a.Len {
		return u, fmt.Errorf("wire: an update of %d numbers says that it has %d", len(numbers)-scalars, a.Len)
	}
	u.Loss, u.Time, u.Signal = numbers[0], numbers[1], numbers[2]
	if a.Len > 0 {
		u.Delta = numbers[scalars:]
	}
	if u.Digest() != a.Digest {
		return u, ErrDamaged
	}
	return u, nil
}

// Size is how many bytes the payload of an answer has.
func (a Answer) Size() int { return 8 * (scalars + a.Len) }
