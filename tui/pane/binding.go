package pane

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
)

// Mode is what a key is pressed in: the screen itself, or what lies over it. It
// is a name as the manual has it.
type Mode string

// The modes of every program, and that of the screen of runs, to which several
// panes add keys. Each other program and each overlay has one of its own.
const (
	Main       Mode = "main screen" // of runs, with nothing over it
	Everywhere Mode = "everywhere"  // looked at before all others, text input included
	Small      Mode = "screen too small"
	Help       Mode = "help"
	Copying    Mode = "copying"
	Searching  Mode = "search in the help"
	Finding    Mode = "palette of actions"
	Asked      Mode = "question"
	Quitting   Mode = "quitting"
	Stopping   Mode = "stopping" // all that trains, before the screen closes
	Playing    Mode = "replay"   // of a recording: looked at before those of the main screen
)

// Topic is what keys are about. The help lists those of one topic together, and
// those of the focused pane's topic come first, there and in the footer.
type Topic string

// The topics of the screen of runs. A key of none is for the whole screen.
const (
	OnRuns    Topic = "runs"
	OnCurves  Topic = "curves"
	OnClients Topic = "clients"
	OnPanes   Topic = "panes"
	OnReplay  Topic = "recording"
)

// Binding is a line of the key table, which is the only place that says what a
// key does: it drives the dispatch, the footer, the help, the palette and the manual.
type Binding struct {
	In    Mode
	Topic Topic
	Here  func() bool // whether it does something in the pane that has the focus; nil: if that pane has its topic
	Rank  int         // the lower, the sooner it is listed, and shown in the footer
	Name  string      // of the action, unique in its mode and never changed: whoever changes keys says it; "" where Ways have names
	Keys  []string    // as bubbletea names them
	Ways  []Way       // what its keys do where they do not all do the same; each key is of one
	Show  string      // as people write them
	Foot  string      // its word in the footer; "" keeps it out
	Doc   string
	Sends []view.CommandKind // the commands it sends; where the source takes none of them there is no such key
	About func() bool        // whether what it acts on is there; where it neither is nor can come there is no such key; nil: always
	When  func() bool        // nil: always
	Why   func() string      // says why it is not valid now, if that is not plain; nil: nothing
	Word  func() string      // instead of Foot, where that depends
	Do    func(key string) tea.Cmd

	stands map[string]string // by a key that somebody has given it: one of those that Do knows
}

// Way is one of several actions that keys of one binding do, as the two keys that
// go up and down.
type Way struct {
	Name string // as that of a binding
	Doc  string
	Keys []string // among those of the binding
}

// On is a way of some keys.
func On(name, doc string, keys ...string) Way { return Way{name, doc, keys} }

// Action is all that is one thing to do: a binding, or one of its ways.
type Action struct {
	Of *Binding
	Way
}

// Actions are what a binding does, in the order of its keys.
func (b *Binding) Actions() []Action {
	if len(b.Ways) == 0 {
		return []Action{{b, Way{b.Name, b.Doc, b.Keys}}}
	}
	out := make([]Action, len(b.Ways))
	for i, w := range b.Ways {
		out[i] = Action{b, w}
	}
	return out
}

// Press does what a key of the binding does. Every key that is pressed comes here.
func (b *Binding) Press(key string) tea.Cmd {
	if known, ok := b.stands[key]; ok {
		key = known
	}
	return b.Do(key)
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

// Shown is the key of an action as people write it; "" if there is none.
func (t Table) Shown(action string) string {
	for i := range t {
		if t[i].Name == action {
			return t[i].Show
		}
	}
	return ""
}

// Valid says whether a binding may be used now.
func (b *Binding) Valid() bool { return b.When == nil || b.When() }

// Hint is a key and its word in the footer.
type Hint struct{ Key, Word string }

// KeyName is a key as people write it.
func KeyName(key string) string {
	if name, ok := keyNames[key]; ok {
		return name
	}
	return key
}

var keyNames = map[string]string{" ": "space", "up": "↑", "down": "↓", "left": "←", "right": "→", "pgdown": "pgdn"}

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

// ValidIn are the bindings of some modes that are reached and valid now.
func (t Table) ValidIn(in ...Mode) []*Binding {
	out := make([]*Binding, 0, len(t))
	for i := range t {
		if b := &t[i]; slices.Contains(in, b.In) && b.Valid() && (len(in) == 1 || t.Reached(b, in...)) {
			out = append(out, b)
		}
	}
	return out
}

// Hints are those of the bindings of some modes that are valid now.
func (t Table) Hints(in ...Mode) []Hint { return HintsOf(t.ValidIn(in...)) }

// HintsOf are those of some bindings that have a word in the footer.
func HintsOf(bindings []*Binding) []Hint {
	out := make([]Hint, 0, len(bindings))
	for _, b := range bindings {
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

// Scroller is an overlay with more lines than are seen, or with some to choose
// from: the wheel goes on by lines.
type Scroller interface {
	Scroll(by int)
}

// Typist is an overlay that takes text.
type Typist interface {
	Typed(tea.KeyMsg)
}

// Hinter is a Typist of which it is not plain that it takes text: the footer says it
// first.
type Hinter interface {
	Typist
	Hint() Hint
}
