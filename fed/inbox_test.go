package fed

import (
	"testing"

	"optwatch/fed/client"
	"optwatch/train/view"
)

// A report that comes when its attempt is over is not shown of the one that the
// board is of by then.
func TestProgressAfterTheAttempt(t *testing.T) {
	r := &Round{board: make(board, 1)}
	in := &inbox{r: r, round: 1, attempt: 1}
	report := client.Progress{Round: 1, Attempt: 1, Steps: 3, Evaluations: 30}
	shown := func() view.Client {
		var v view.Client
		r.board[0].onto(&v)
		return v
	}
	r.board[0].reset(view.ClientSelected)
	in.Progress(report)
	if v := shown(); v.State != view.ClientTraining || v.Done != 30 {
		t.Errorf("during the attempt: %v with %d evaluations", v.State, v.Done)
	}
	in.close()
	r.board[0].reset(view.ClientSelected)
	in.Progress(report)
	if v := shown(); v.State != view.ClientSelected || v.Done != 0 {
		t.Errorf("after it: %v with %d evaluations", v.State, v.Done)
	}
}
