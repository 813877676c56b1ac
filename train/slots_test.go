package train

import (
	"testing"
	"time"
)

// TestShare gives a run that works in several goroutines all slots where nobody
// else wants them, and where somebody does no more than the one that its claim
// waits for.
func TestShare(t *testing.T) {
	slots, claim := NewSlots(2), make(chan struct{}, 1)
	if claimed := slots.acquireShared(claim); !claimed {
		t.Error("the first goroutine has not the claim")
	}
	if claimed := slots.acquireShared(claim); claimed {
		t.Error("the second goroutine has the claim too")
	}
	// Both slots are taken. A third goroutine waits for one that nobody wants …
	third := make(chan bool, 1)
	go func() { third <- slots.acquireShared(claim) }()
	other := make(chan struct{})
	go func() { slots.acquire(); close(other) }()
	time.Sleep(5 * slice) // … and another run for any.
	select {
	case <-third:
		t.Error("three slots of two are taken")
	case <-other:
		t.Error("three slots of two are taken")
	default:
	}
	slots.release()
	<-other // which is served first
	select {
	case <-third:
		t.Error("the third goroutine was served before the other run")
	case <-time.After(5 * slice):
	}
	<-claim // the first goroutine gives its slot and the claim back
	slots.release()
	if claimed := <-third; !claimed && len(claim) != 0 {
		t.Error("the third goroutine has a slot and does not know of the claim")
	}
}
