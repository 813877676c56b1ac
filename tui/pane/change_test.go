package pane

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// changed is a table of a screen with two modes, and of where text is typed.
func changed(pressed *string) Table {
	press := Acts(func(key string) { *pressed = key })
	return NewTable([]Binding{
		{In: Everywhere, Name: "redraw", Keys: []string{"ctrl+l"}, Show: "ctrl+l", Do: press},
		{In: Main, Name: "zoom", Keys: []string{"z"}, Show: "z", Do: press},
		{In: Main, Keys: []string{"[", "]"}, Ways: []Way{On("lr-down", "", "["), On("lr-up", "", "]")}, Show: "[ ]", Do: press},
		{In: Main, Name: "close", Keys: []string{"q"}, Show: "q", Do: press},
		{In: "typing", Name: "close", Keys: []string{"esc"}, Show: "esc", Do: press},
	})
}

// A changed key does what the old one did, is shown instead of it, and the old one
// does nothing any more.
func TestChanged(t *testing.T) {
	pressed := ""
	table := changed(&pressed).Changed([]KeyChange{{"zoom", []string{"f5", " "}}, {"lr-up", []string{"+"}}, {"close", []string{"x"}}, {"elsewhere", []string{"e"}}})
	for _, test := range []struct {
		in               Mode
		key, does, shown string
	}{
		{Main, "f5", "z", "f5 space"},
		{Main, " ", "z", "f5 space"},
		{Main, "+", "]", "[ +"},
		{Main, "[", "[", "[ +"},
		{Main, "x", "q", "x"},
		{"typing", "esc", "esc", "esc"}, // x is text there
		{Everywhere, "ctrl+l", "ctrl+l", "ctrl+l"},
	} {
		b := table.Lookup(test.in, test.key)
		if b == nil {
			t.Errorf("%s: %q does nothing", test.in, test.key)
			continue
		}
		pressed = ""
		if b.Press(test.key); pressed != test.does || b.Show != test.shown {
			t.Errorf("%s: %q does what %q did, want %q; it is shown as %q, want %q", test.in, test.key, pressed, test.does, b.Show, test.shown)
		}
	}
	for _, gone := range []string{"z", "]", "q"} {
		if table.Lookup(Main, gone) != nil {
			t.Errorf("%q still does something", gone)
		}
	}
	if b := table.Lookup("typing", "x"); b != nil {
		t.Error("where text is typed, x is a key")
	}
	if got := table.Clash(); got != "" {
		t.Errorf("a clash: %s", got)
	}
	if got := changed(&pressed).Names(); !slices.Equal(got, []string{"redraw", "zoom", "lr-down", "lr-up", "close"}) {
		t.Errorf("the actions are %v", got)
	}
}

// No key means two things in one place.
func TestClash(t *testing.T) {
	for _, c := range []struct {
		change KeyChange
		want   string
	}{
		{KeyChange{"zoom", []string{"q"}}, "q would be both zoom and close (main screen)"},
		{KeyChange{"zoom", []string{"ctrl+l"}}, "ctrl+l would be both redraw and zoom (main screen)"},
		{KeyChange{"zoom", []string{"esc"}}, ""}, // it is taken elsewhere alone
	} {
		var pressed string
		if got := changed(&pressed).Changed([]KeyChange{c.change}).Clash(); got != c.want {
			t.Errorf("%v: %q, want %q", c.change, got, c.want)
		}
	}
}

// Keys are called as bubbletea calls them when they are pressed.
func TestParseKey(t *testing.T) {
	for text, want := range map[string]string{"z": "z", "Z": "Z", "é": "é", "space": " ", "f5": "f5", "ctrl+x": "ctrl+x", "alt+x": "alt+x", "pgdown": "pgdown", "shift+tab": "shift+tab", "alt+enter": "alt+enter"} {
		if got, ok := ParseKey(text); got != want || !ok {
			t.Errorf("%q is %q, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "runes", "ctrl", "zz", "f99", "\x1b", "Ctrl+X", "alt+"} {
		if got, ok := ParseKey(text); ok {
			t.Errorf("%q is the key %q", text, got)
		}
	}
	for _, k := range []tea.KeyMsg{{Type: tea.KeyF5}, {Type: tea.KeyPgDown}, {Type: tea.KeyCtrlX}, {Type: tea.KeyShiftTab}, {Type: tea.KeyRunes, Runes: []rune{'x'}, Alt: true}} {
		if _, ok := ParseKey(strings.ReplaceAll(k.String(), " ", "space")); !ok {
			t.Errorf("%q cannot be said", k)
		}
	}
}
