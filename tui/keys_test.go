package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
)

func TestNoKeyTwice(t *testing.T) {
	seen := map[mode]map[string]string{}
	for _, b := range keyTable() {
		if seen[b.in] == nil {
			seen[b.in] = map[string]string{}
		}
		for _, k := range b.keys {
			if was, twice := seen[b.in][k]; twice {
				t.Errorf("%s: %q means %q and %q", modeNames[b.in], k, was, b.doc)
			}
			if _, taken := seen[everywhere][k]; taken && b.in != everywhere {
				t.Errorf("%s: %q is taken everywhere", modeNames[b.in], k)
			}
			seen[b.in][k] = b.doc
		}
	}
	for in := everywhere; in < modes; in++ {
		if len(seen[in]) == 0 || modeNames[in] == "" {
			t.Errorf("mode %d has no keys or no name", in)
		}
	}
}

func TestKeysAreWhole(t *testing.T) {
	for _, b := range keyTable() {
		if b.do == nil || b.show == "" || b.doc == "" || len(b.keys) == 0 {
			t.Errorf("%+v lacks something", b.keys)
		}
		for _, k := range b.keys {
			if got := keyMsg(k).String(); got != k {
				t.Errorf("bubbletea calls %q %q", k, got)
			}
		}
	}
}

// footerWords are the keys and words in the footer.
func footerWords(m *model) string {
	rows := strings.Split(ansi.Strip(m.View()), "\n")
	return rows[len(rows)-1]
}

func TestFooterShowsOnlyWhatIsValid(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	m := newTestModel(src, 220, 40)
	has := func(want bool, words ...string) {
		t.Helper()
		for _, w := range words {
			if strings.Contains(footerWords(m), w) != want {
				t.Errorf("footer has %q: %v, want %v: %s", w, !want, want, footerWords(m))
			}
		}
	}
	has(true, "space pause", "o switch", "[ ] lr", "q quit", "? help", "m metric")
	has(false, "n step", "resume", "< > pan")

	src.run(0).State = train.Paused
	has(true, "space resume", "n step")

	press(m, "3")
	has(false, "m metric", "y log y")

	src.run(0).State = train.Budget
	has(false, "space", "o switch", "[ ] lr", "x stop")
	has(true, "r restart", "c branch")
	src.run(0).State = train.Diverged
	has(false, "c branch")

	src.run(0).State = train.Running
	src.run(0).Batch = 0
	has(false, "{ } batch")
	src.snap.Accepts = nil // a replay
	has(false, "space", "o switch", "[ ] lr", "x stop", "a add", "c branch", "r restart", "P pause")
	has(true, "t x-axis", "z zoom")

	press(m, "o")
	if m.over != nil {
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
		if m.over != nil {
			t.Fatalf("esc does not leave %s", test.key)
		}
	}
}

func TestHelpAndMarkdownShowEveryKey(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 40)}, 160, 70)
	press(m, "?")
	screen, table := m.View(), KeysMarkdown()
	for _, b := range keyTable() {
		if b.in <= inMain && !strings.Contains(screen, b.doc) {
			t.Errorf("the help lacks %q", b.doc)
		}
		if !strings.Contains(table, b.show) || !strings.Contains(table, b.doc) {
			t.Errorf("the README's table lacks %q", b.doc)
		}
	}
	if strings.Contains(table, "|  |") {
		t.Error("an empty cell in the README's table")
	}
}

// The keys that the main job asks for are there.
func TestKeysOfTheMainJob(t *testing.T) {
	var have []string
	for _, b := range keyTable() {
		if b.in <= inMain {
			have = append(have, b.keys...)
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
