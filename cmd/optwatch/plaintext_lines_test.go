package main

import "testing"

// Messages are wrapped at words, and what is to be typed stays whole.
func TestBrokenAtCommands(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"optwatch: it is wrong", 0, "optwatch: it is wrong"},
		{"optwatch: it is wrong", 21, "optwatch: it is wrong"},
		{"optwatch: it is wrong", 17, "optwatch: it is\nwrong"},
		{
			"optwatch: ab goes on: optwatch attach ab shows it again, optwatch stop ab ends it", 30,
			"optwatch: ab goes on:\n  optwatch attach ab shows it again,\n  optwatch stop ab ends it",
		},
	} {
		if got := brokenAtCommands(c.text, c.width); got != c.want {
			t.Errorf("%d columns: got %q, want %q", c.width, got, c.want)
		}
	}
}
