package tui

import (
	"strings"
	"testing"

	"optwatch/tui/pane"
)

func near(string, []string) string { return "" }

// The keys of the program as it is clash nowhere, and every action has a name.
func TestNoClash(t *testing.T) {
	if err := CheckKeyChanges(nil, near); err != nil {
		t.Error(err)
	}
	names, keys := Actions()
	for _, name := range []string{"pause", "zoom", "lr-up", "theme", "write-pictures", "copy", "quit"} {
		if len(keys[name]) == 0 {
			t.Errorf("%s has no key, among %d actions", name, len(names))
		}
	}
}

// A changed key is that of the footer and of the help, and does what the old one did.
func TestKeyChange(t *testing.T) {
	change, err := ParseKeyChange("zoom=Z")
	if err != nil {
		t.Fatal(err)
	}
	up, err := ParseKeyChange("lr-up=U,ctrl+t")
	if err != nil {
		t.Fatal(err)
	}
	src := &stub{snap: sample(2, 40)}
	m := newRace(src, Terminal{Keys: []pane.KeyChange{change, up}}, newTestModel(src, 80, 24).Theme)
	m.Update(sizeMsg(240, 66))
	press(m, "z")
	if len(m.lay.Panes) == 1 {
		t.Error("the old key still zooms")
	}
	if press(m, "Z"); len(m.lay.Panes) != 1 {
		t.Errorf("the new key does not zoom: %v", m.lay.Panes)
	}
	press(m, "U", "?")
	wantAsked(t, src, set("lr", 0, 0.125))
	wantSeen(t, m, "Z ", "[ U ctrl+t")
}

// What is wrong with a change is said.
func TestKeyChangesThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"zoom":           "want ACTION=KEY",
		"zoom=":          "want ACTION=KEY",
		"zoom=hyper+z":   `there is no key "hyper+z"`,
		"zooom=Z":        `there is no action "zooom": optwatch`,
		"quit-now=x":     "ctrl+c twice always quits",
		"zoom=W":         "W would be both zoom and write-text (main screen): give one of them another key",
		"metric=1":       "1 would be both",
		"pause=ctrl+c":   "ctrl+c would be both quit-now and pause",
		"theme=ctrl+t":   "",
		"write-text=f12": "",
	} {
		c, err := ParseKeyChange(text)
		if err == nil {
			err = CheckKeyChanges([]pane.KeyChange{c}, near)
		}
		got := ""
		if err != nil {
			got = strings.ReplaceAll(err.Error(), `"optwatch config keys"`, "optwatch config keys")
		}
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
