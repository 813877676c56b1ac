package pane

import (
	"testing"

	"optwatch/train/view"
)

// hall is a pane that there is something to show in, or not.
type hall struct {
	Pane
	there bool
}

func (h *hall) There() bool { return h.there }
func (*hall) Brief() string { return "hall" }

// The digit of a pane focuses it where there is anything to show; the footer
// offers that until it has the focus.
func TestSeatKey(t *testing.T) {
	d, s := newDesk()
	h := &hall{}
	seat := Seat{Screen: s, Position: 7}
	table := NewTable([]Binding{seat.Key(h, 65, "focus the hall", "it is empty")})
	b := table.Lookup(Main, "8")
	if b == nil || b.Valid() || b.Why() != "it is empty" {
		t.Fatalf("the key of an empty pane: %+v", b)
	}
	h.there = true
	if !b.Valid() || b.Label() != "hall" || seat.Focused() {
		t.Errorf("valid %t, offered as %q, focused %t", b.Valid(), b.Label(), seat.Focused())
	}
	if b.Do("8"); s.Focus != 7 || !seat.Focused() || b.Label() != "" {
		t.Errorf("the focus is at %d, offered as %q", s.Focus, b.Label())
	}
	d.snap.Phase = view.PhaseLoading
	if s.Pull(); b.Valid() {
		t.Error("a pane is focused before there is anything to look at")
	}
}
