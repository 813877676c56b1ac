package pane

import (
	"slices"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

const main, other = Main, Mode("another")

// Bindings are listed by rank, those of one rank in the order in which they
// came; the parts that they came in are left alone.
func TestTableIsInOrder(t *testing.T) {
	part := []Binding{{Rank: 30, Show: "c"}, {Rank: 10, Show: "a"}}
	table := NewTable(part, nil, []Binding{{Rank: 20, Show: "b"}, {Rank: 30, Show: "d"}, {Rank: 10, Show: "a'"}})
	var got []string
	for _, b := range table {
		got = append(got, b.Show)
	}
	if want := []string{"a", "a'", "b", "c", "d"}; !slices.Equal(got, want) {
		t.Errorf("listed as %v, want %v", got, want)
	}
	if part[0].Show != "c" {
		t.Error("the part that was given is in another order")
	}
}

func TestLookup(t *testing.T) {
	table := NewTable([]Binding{{In: main, Keys: []string{"j", "down"}, Show: "one"}, {In: other, Keys: []string{"j"}, Show: "two"}})
	for _, c := range []struct {
		in        Mode
		key, want string
	}{{main, "j", "one"}, {main, "down", "one"}, {other, "j", "two"}, {other, "down", ""}, {Everywhere, "j", ""}, {main, "", ""}} {
		got := ""
		if b := table.Lookup(c.in, c.key); b != nil {
			got = b.Show
		}
		if got != c.want {
			t.Errorf("%q in %q is %q, want %q", c.key, c.in, got, c.want)
		}
	}
}

// The footer has the keys of its mode that have a word and may be used now.
func TestHints(t *testing.T) {
	valid, word := true, "pause"
	table := NewTable([]Binding{
		{In: main, Rank: 2, Show: " o ", Foot: "switch"},
		{In: main, Rank: 1, Show: "space", Foot: "not this", Word: func() string { return word }},
		{In: main, Rank: 3, Show: "n", Foot: "step", When: func() bool { return valid }},
		{In: main, Rank: 4, Show: "W"},
		{In: other, Rank: 5, Show: "x", Foot: "stop"},
	})
	if got, want := table.Hints(main), []Hint{{"space", "pause"}, {"o", "switch"}, {"n", "step"}}; !slices.Equal(got, want) {
		t.Errorf("hints %v, want %v", got, want)
	}
	valid, word = false, ""
	if got, want := table.Hints(main), []Hint{{"o", "switch"}}; !slices.Equal(got, want) {
		t.Errorf("hints %v, want %v", got, want)
	}
	if b := table.Lookup(main, "n"); b != nil {
		t.Error("a key is found that no binding has")
	}
}

func TestActionsOfBindings(t *testing.T) {
	got := ""
	for _, do := range []func(string) tea.Cmd{Does(func() { got += "done " }), Acts(func(key string) { got += key })} {
		if cmd := do("j"); cmd != nil {
			t.Error("an action that has no command of bubbletea's gives one")
		}
	}
	if got != "done j" {
		t.Errorf("the actions did %q", got)
	}
}

// Where a key is bound in several modes, the first of them counts: the other is
// neither reached nor hinted at.
func TestModesInTheirOrder(t *testing.T) {
	table := NewTable([]Binding{
		{In: other, Rank: 1, Keys: []string{" "}, Show: "space", Foot: "play"},
		{In: main, Rank: 2, Keys: []string{" "}, Show: "space", Foot: "pause"},
		{In: main, Rank: 3, Keys: []string{"m"}, Show: "m", Foot: "metric"},
	})
	if b := table.Reach(" ", other, main); b == nil || b.Foot != "play" {
		t.Errorf("space reaches %+v", b)
	}
	if b := table.Reach("m", other, main); b == nil || b.Foot != "metric" {
		t.Errorf("m reaches %+v", b)
	}
	if b := table.Reach("x", other, main); b != nil {
		t.Errorf("x reaches %+v", b)
	}
	if got, want := table.Hints(other, main), []Hint{{"space", "play"}, {"m", "metric"}}; !slices.Equal(got, want) {
		t.Errorf("hints %v, want %v", got, want)
	}
}
