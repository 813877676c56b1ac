package pane

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
)

// KeyChange gives the actions of a name other keys than they have.
type KeyChange struct {
	Action string
	Keys   []string // as bubbletea names them, but for space
}

// Changed is the table with some keys changed. What keys do, the footer, the help
// and all else that says keys follow. An action that the table does not have is left
// out: another program has it. Where text is typed no character becomes a key.
func (t Table) Changed(changes []KeyChange) Table {
	out := slices.Clone(t)
	for i := range out {
		out[i].change(changes, t.typesText(t[i].In))
	}
	return out
}

// typesText says whether the keys of a mode are looked at where text is typed: none
// of them is a character.
func (t Table) typesText(in Mode) bool {
	return !slices.ContainsFunc(t, func(b Binding) bool { return b.In == in && slices.ContainsFunc(b.Keys, character) })
}

func character(key string) bool { return utf8.RuneCountInString(key) == 1 }

// change changes the keys of a binding.
func (b *Binding) change(changes []KeyChange, text bool) {
	stands := map[string]string{}
	var keys, shown []string
	var ways []Way
	changed := false
	for _, a := range b.Actions() {
		own := a.Keys
		for _, c := range changes {
			if c.Action == a.Name && !(text && slices.ContainsFunc(c.Keys, character)) {
				own, changed = c.Keys, true
				for _, k := range own {
					stands[k] = a.Keys[0]
				}
			}
		}
		for _, k := range own {
			keys, shown = append(keys, k), append(shown, KeyName(k))
		}
		ways = append(ways, Way{a.Name, a.Doc, own})
	}
	if !changed {
		return
	}
	b.Keys, b.Show, b.stands = keys, strings.Join(shown, " "), stands
	if len(b.Ways) > 0 {
		b.Ways = ways
	}
}

// Names are those of all actions, each once.
func (t Table) Names() []string {
	var names []string
	for i := range t {
		for _, a := range t[i].Actions() {
			if a.Name != "" && !slices.Contains(names, a.Name) {
				names = append(names, a.Name)
			}
		}
	}
	return names
}

// Clash says which two actions would have one key in one place; "" if none.
func (t Table) Clash() string {
	taken := map[Mode]map[string]string{}
	for i := range t {
		for _, a := range t[i].Actions() {
			for _, k := range a.Keys {
				for _, in := range []Mode{t[i].In, Everywhere} {
					if other := taken[in][k]; other != "" && other != a.Name {
						return fmt.Sprintf("%s would be both %s and %s (%s)", KeyName(k), other, a.Name, t[i].In)
					}
				}
				if taken[t[i].In] == nil {
					taken[t[i].In] = map[string]string{}
				}
				taken[t[i].In][k] = a.Name
			}
		}
	}
	return ""
}

// ParseKey is the name of a key that people write, as bubbletea has it: a character,
// or a name such as space, f5, ctrl+x, alt+x or pgdown.
func ParseKey(text string) (key string, ok bool) {
	switch text {
	case "space":
		return " ", true
	case "comma": // which stands between keys
		return ",", true
	}
	if r, size := utf8.DecodeRuneInString(text); size == len(text) && size > 0 {
		return text, unicode.IsPrint(r)
	}
	name, _ := strings.CutPrefix(text, "alt+")
	if r, size := utf8.DecodeRuneInString(name); name != text && size == len(name) && size > 0 {
		return text, unicode.IsPrint(r)
	}
	return text, slices.Contains(namedKeys(), name)
}

// namedKeys are those that bubbletea has names for.
func namedKeys() []string {
	var names []string
	for k := tea.KeyType(-128); k < 128; k++ {
		if name := k.String(); len(name) > 1 && name != "runes" {
			names = append(names, name)
		}
	}
	return names
}
