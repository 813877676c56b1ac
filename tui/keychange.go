package tui

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"optwatch/train/study"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// screens are one of each program, with nothing to look at.
func screens(o Terminal) []*shell {
	t := draw.NewTheme(io.Discard, false, true)
	return []*shell{newRace(nothing{}, o, t), newStudies(study.NewNotebook(nil), "", o, t), newDevices(noDevices{}, "", o, t)}
}

// Actions are the names of everything that a key does on any screen, and the keys
// that do it.
func Actions() (names []string, keys map[string][]string) {
	keys = map[string][]string{}
	for _, m := range screens(Terminal{}) {
		for i := range m.Keys {
			for _, a := range m.Keys[i].Actions() {
				if a.Name == "" {
					continue
				}
				if keys[a.Name] == nil {
					names = append(names, a.Name)
				}
				for _, k := range a.Keys {
					if k = pane.KeyName(k); !slices.Contains(keys[a.Name], k) {
						keys[a.Name] = append(keys[a.Name], k)
					}
				}
			}
		}
	}
	return names, keys
}

// unchanging is the action whose key always is what it is, whatever else fails.
const unchanging = "quit-now"

// ParseKeyChange reads a change of keys, such as zoom=Z or theme=f5,ctrl+t.
func ParseKeyChange(text string) (pane.KeyChange, error) {
	action, keys, ok := strings.Cut(text, "=")
	if !ok || action == "" || keys == "" {
		return pane.KeyChange{}, fmt.Errorf("%q changes no key: want ACTION=KEY, such as zoom=Z or zoom=f5,ctrl+t", text)
	}
	c := pane.KeyChange{Action: action}
	for part := range strings.SplitSeq(keys, ",") {
		key, ok := pane.ParseKey(strings.TrimSpace(part))
		if !ok {
			return c, fmt.Errorf("%s: there is no key %q: want a character, or a name such as space, enter, tab, f5, ctrl+t, alt+x, pgdown", action, part)
		}
		c.Keys = append(c.Keys, key)
	}
	return c, nil
}

// CheckKeyChanges finds what is wrong with changes of keys together: an action that
// there is not, for which near proposes another, and keys that mean two things.
func CheckKeyChanges(changes []pane.KeyChange, near func(name string, names []string) string) error {
	names, _ := Actions()
	for _, c := range changes {
		switch {
		case c.Action == unchanging:
			return fmt.Errorf("%s: ctrl+c twice always quits, and is no key to be changed", c.Action)
		case !slices.Contains(names, c.Action):
			return fmt.Errorf("there is no action %q: %s\"optwatch config keys\" lists them", c.Action, near(c.Action, names))
		}
	}
	for _, m := range screens(Terminal{Keys: changes}) {
		if clash := m.Keys.Clash(); clash != "" {
			return fmt.Errorf("%s: give one of them another key", clash)
		}
	}
	return nil
}
