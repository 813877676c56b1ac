package pane

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
)

// Mode is what a key is pressed in: the screen itself, or what lies over it. It
// is a name as the README has it.
type Mode string

// The modes of every program, and that of the screen of runs, to which several
// panes add keys. Each other program and each overlay has one of its own.
const (
	Main       Mode = "main screen" // of runs, with nothing over it
	Everywhere Mode = "everywhere"  // looked at before all others, text input included
	Small      Mode = "screen too small"
	Help       Mode = "help"
	Asked      Mode = "question"
	Quitting   Mode = "quitting"
	Stopping   Mode = "stopping" // all that trains, before the screen closes
	Playing    Mode = "replay"   // of a recording: looked at before those of the main screen
)

// Binding is a line of the key table, which is the only place that says what a
// key does: it drives the dispatch, the footer, the help and the README.
type Binding struct {
	In    Mode
	Rank  int      // the lower, the sooner it is listed, and shown in the footer
	Keys  []string // as bubbletea names them
	Show  string   // as people write them
	Foot  string   // its word in the footer; "" keeps it out
	Doc   string
	Sends []view.CommandKind // the commands it sends; where the source takes none of them there is no such key
	About func() bool        // whether what it acts on is there; where it neither is nor can come there is no such key; nil: always
	When  func() bool        // nil: always
	Why   func() string      // says why it is not valid now, if that is not plain; nil: nothing
	Word  func() string      // instead of Foot, where that depends
	Do    func(key string) tea.Cmd
}

// Does wraps an action that needs neither the key nor a command of bubbletea's.
func Does(f func()) func(string) tea.Cmd {
	return func(string) tea.Cmd { f(); return nil }
}

// Acts wraps an action that depends on which of its keys was pressed.
func Acts(f func(key string)) func(string) tea.Cmd {
	return func(key string) tea.Cmd { f(key); return nil }
}

// Table is the key table of a program.
type Table []Binding

// NewTable puts the lines of a program and its panes in their order.
func NewTable(parts ...[]Binding) Table {
	t := Table(slices.Concat(parts...))
	slices.SortStableFunc(t, func(a, b Binding) int { return cmp.Compare(a.Rank, b.Rank) })
	return t
}

// Lookup is the binding of a key in a mode; nil if there is none.
func (t Table) Lookup(in Mode, key string) *Binding {
	for i := range t {
		if b := &t[i]; b.In == in && slices.Contains(b.Keys, key) {
			return b
		}
	}
	return nil
}

// Valid says whether a binding may be used now.
func (b *Binding) Valid() bool { return b.When == nil || b.When() }

// Hint is a key and its word in the footer.
type Hint struct{ Key, Word string }

// Reach is the binding of a key in the first of some modes that has one; nil if
// none has.
func (t Table) Reach(key string, in ...Mode) *Binding {
	for _, mode := range in {
		if b := t.Lookup(mode, key); b != nil {
			return b
		}
	}
	return nil
}

// Reached says whether any key of a binding reaches it in some modes.
func (t Table) Reached(b *Binding, in ...Mode) bool {
	return slices.ContainsFunc(b.Keys, func(key string) bool { return t.Reach(key, in...) == b })
}

// Hints are those of the bindings of some modes that are valid now.
func (t Table) Hints(in ...Mode) []Hint {
	var out []Hint
	for i := range t {
		b := &t[i]
		if !slices.Contains(in, b.In) || !b.Valid() || len(in) > 1 && !t.Reached(b, in...) {
			continue
		}
		if word := b.Label(); word != "" {
			out = append(out, Hint{strings.TrimSpace(b.Show), word})
		}
	}
	return out
}

// Label is the word in the footer; "" for none.
func (b *Binding) Label() string {
	if b.Word != nil {
		return b.Word()
	}
	return b.Foot
}

// Overlay is what lies over the screen and takes the keys.
type Overlay interface {
	Mode() Mode
	Draw(w, h int) []string // at most so large
}

// Typist is an overlay that takes text.
type Typist interface {
	Typed(tea.KeyMsg)
}
