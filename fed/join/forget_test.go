package join

import (
	"context"
	"crypto/ed25519"
	"testing"

	"optwatch/fed/client"
	"optwatch/fed/wire"
)

// Of a run that is over a client keeps nothing: neither vectors and what it has
// answered, nor what it was asked; and it works on that no more. Of others it keeps all.
func TestRunIsOver(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Settings{Line: wire.Line{Server: "box:1", Key: key.Public().(ed25519.PublicKey)}, Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	c.number = 0
	hear := func(kind string, body any, payload []byte) {
		t.Helper()
		letter, err := wire.Seal(key, kind, body, payload)
		if err != nil {
			t.Fatal(err)
		}
		c.hear(letter)
	}
	numbers := wire.Bytes([]float64{1, 2})
	for _, run := range []string{"1", "11"} {
		theta := wire.VectorOf(numbers)
		hear(wire.KindVector, wire.Parcel{Vector: theta, Name: c.subjects.Theta(run)}, numbers)
		hear(wire.KindAsk, wire.Ask{Run: run, Epoch: 1, Said: 1, Task: client.Task{Round: 2}, Theta: theta}, nil)
		hear(wire.KindHalt, wire.Halt{Run: run, Epoch: 1, Halted: true}, nil)
		c.sent[run] = sent{ask: run}
	}
	broken := false
	c.doing, c.cancel = ask{wire.Ask{Run: "1"}, "x"}, context.CancelFunc(func() { broken = true })
	if len(c.vectors) != 2 || len(c.asks) != 2 || len(c.order) != 2 {
		t.Fatalf("it has not heard all: %d vectors, asked for %v", len(c.vectors), c.order)
	}
	hear(wire.KindHalt, wire.Halt{Run: "1", Epoch: 1, Over: true}, nil)
	_, asked := c.asks["11"]
	_, answered := c.sent["11"]
	_, vector := c.vectors[c.subjects.Theta("11")]
	if len(c.vectors) != 1 || len(c.asks) != 1 || len(c.order) != 1 || len(c.sent) != 1 || len(c.halted) != 1 || !asked || !answered || !vector || !c.halted["11"] {
		t.Errorf("left are %v, %v, %v, %v, %v", c.vectors, c.asks, c.order, c.sent, c.halted)
	}
	if !broken {
		t.Error("it still works on the run that is over")
	}
}
