package main

import (
	"io"
	"testing"
)

// A terminal that takes nothing keeps nobody from ringing, and one that is there
// rings; one that has left does not.
func TestBells(t *testing.T) {
	var b bells
	stuck, hangs := io.Pipe() // nobody reads
	defer stuck.Close()
	defer b.add(hangs)()
	heard, there := io.Pipe()
	defer heard.Close()
	remove := b.add(there)
	for range 3 {
		b.ring()
	}
	text := make([]byte, 1)
	if _, err := heard.Read(text); err != nil || text[0] != '\a' {
		t.Errorf("heard %q (%v)", text, err)
	}
	remove()
	if b.ring(); len(b.all) != 1 {
		t.Errorf("%d terminals are rung, want the one that is still there", len(b.all))
	}
}
