package pane

import "strconv"

// Seat is the position of a pane among those of its screen, and with it the
// number of the key that focuses it.
type Seat struct {
	Screen   *Screen
	Position int // from 0 on; the key is the digit after it
}

// Digit is the pane's number as its key.
func (s Seat) Digit() string { return strconv.Itoa(s.Position + 1) }

// Focused says whether the pane has the focus.
func (s Seat) Focused() bool { return s.Screen.Focus == s.Position }

// Take gives it the focus.
func (s Seat) Take() { s.Screen.Focus = s.Position }

// Key is the line of the key table that focuses the pane p. The footer offers it
// where it has not the focus; why says why there is nothing to focus.
func (s Seat) Key(p Pane, rank int, doc, why string) Binding {
	word := func() string {
		if s.Focused() {
			return ""
		}
		return p.Brief()
	}
	return Binding{
		In: Main, Topic: OnPanes, Rank: rank, Name: "pane-" + s.Digit(), Keys: []string{s.Digit()}, Show: s.Digit(), Word: word, Doc: doc,
		About: p.There, When: func() bool { return s.Screen.Ready() && p.There() }, Why: func() string { return why },
		Do: Does(s.Take),
	}
}
