package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/view"
	"optwatch/tui/pane"
)

// keyTable is that of a screen of runs.
func keyTable() pane.Table { return newTestModel(&stub{snap: sample(2, 40)}, 120, 40).Keys }

func TestNoKeyTwice(t *testing.T) {
	seen := map[pane.Mode]map[string]string{}
	for _, b := range keyTable() {
		if seen[b.In] == nil {
			seen[b.In] = map[string]string{}
		}
		for _, k := range b.Keys {
			if was, twice := seen[b.In][k]; twice {
				t.Errorf("%s: %q means %q and %q", b.In, k, was, b.Doc)
			}
			if _, taken := seen[pane.Everywhere][k]; taken && b.In != pane.Everywhere {
				t.Errorf("%s: %q is taken everywhere", b.In, k)
			}
			seen[b.In][k] = b.Doc
		}
	}
	for _, in := range []pane.Mode{
		pane.Everywhere, pane.Small, pane.Help, pane.Asked, pane.Quitting, pane.Main, "optimizer picker", "adding a run", "filter",
	} {
		if len(seen[in]) == 0 {
			t.Errorf("%s has no keys", in)
		}
	}
}

func TestKeysAreWhole(t *testing.T) {
	for _, b := range keyTable() {
		if b.Do == nil || b.Show == "" || b.Doc == "" || len(b.Keys) == 0 || b.In == "" {
			t.Errorf("%+v lacks something", b.Keys)
		}
		for _, k := range b.Keys {
			if got := keyMsg(k).String(); got != k {
				t.Errorf("bubbletea calls %q %q", k, got)
			}
		}
	}
}

func TestFooterShowsOnlyWhatIsValid(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	m := newTestModel(src, 220, 40)
	has := func(want bool, words ...string) {
		t.Helper()
		tick(m, time.Unix(1, 0))
		for _, w := range words {
			if strings.Contains(footerWords(m), w) != want {
				t.Errorf("footer has %q: %v, want %v: %s", w, !want, want, footerWords(m))
			}
		}
	}
	has(true, "space pause", "o switch", "[ ] lr", "q quit", "? help", "m metric")
	has(false, "n step", "resume", "< > pan")

	src.run(0).State = view.Paused
	has(true, "space resume", "n step")

	press(m, "3")
	has(false, "m metric", "y log y")

	src.run(0).State = view.Budget
	has(false, "space", "o switch", "[ ] lr", "x stop")
	has(true, "r restart", "c branch")
	src.run(0).State = view.Diverged
	has(false, "c branch")

	src.run(0).State = view.Running
	src.run(0).Batch = 0
	has(false, "{ } batch")
	src.replay = true
	has(false, "space", "o switch", "[ ] lr", "x stop", "a add", "c branch", "r restart", "P pause")
	has(true, "t x-axis", "z zoom")

	press(m, "o")
	if m.Over != nil {
		t.Error("a key that is not valid did something")
	}
}

// Each footer word has a key that does something in that mode.
func TestFooterOfOverlays(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 40)}, 120, 40)
	for _, test := range []struct {
		key, want string
	}{{"o", "enter apply"}, {"a", "esc cancel"}, {"?", "esc close"}, {"q", "q stop all and quit · esc stay"}, {"x", "y yes · n no"}, {"/", "esc clear"}} {
		press(m, test.key)
		if !strings.Contains(footerWords(m), test.want) {
			t.Errorf("after %s the footer is %q, want %q", test.key, footerWords(m), test.want)
		}
		press(m, "esc")
		if m.Over != nil {
			t.Fatalf("esc does not leave %s", test.key)
		}
	}
}

func TestHelpAndMarkdownShowEveryKey(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 40)}, 160, 70)
	press(m, "?")
	screen, table := m.View(), KeysMarkdown()
	for i := range m.Keys {
		b := &m.Keys[i]
		if m.helped(b) && !strings.Contains(screen, b.Doc) {
			t.Errorf("the help lacks %q", b.Doc)
		}
		if !strings.Contains(table, b.Show) || !strings.Contains(table, b.Doc) {
			t.Errorf("the manual's table lacks %q", b.Doc)
		}
	}
	if strings.Contains(table, "|  |") {
		t.Error("an empty cell in the manual's table")
	}
}

// The keys that the main job asks for are there.
func TestKeysOfTheMainJob(t *testing.T) {
	var have []string
	for _, b := range keyTable() {
		if b.In == pane.Everywhere || b.In == pane.Main {
			have = append(have, b.Keys...)
		}
	}
	for _, k := range strings.Fields("j k up down tab P n o [ ] { } a c r x m t y z ? q ctrl+c ctrl+l") {
		if !slices.Contains(have, k) {
			t.Errorf("no key %s", k)
		}
	}
	if !slices.Contains(have, " ") {
		t.Error("no space")
	}
}
