package study

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"optwatch/train/study"
)

func TestKeyTable(t *testing.T) {
	seen := map[string]string{}
	var shown []string
	for _, b := range newPlain(found(), 80, 24).table {
		if b.In != Ground || b.Do == nil || b.Show == "" || b.Doc == "" || len(b.Keys) == 0 {
			t.Errorf("the binding of %v lacks something", b.Keys)
		}
		for _, k := range b.Keys {
			if was, twice := seen[k]; twice {
				t.Errorf("%q means %q and %q", k, was, b.Doc)
			}
			seen[k] = b.Doc
		}
		shown = append(shown, b.Show)
	}
	want := []string{"j k ↑ ↓", "f", "tab shift+tab", "1 … 9", "t", "z", "y", "pgup pgdn home end"}
	if !slices.Equal(shown, want) {
		t.Errorf("the keys are listed as %q, want %q", shown, want)
	}
}

// Keys that do nothing now are neither in the footer nor do they do anything.
func TestStudyKeys(t *testing.T) {
	one := found()
	one.Studies = one.Studies[1:2]
	s := newPlain(one, 160, 40)
	for _, word := range []string{"j k", "figure", "follow", "scroll"} {
		if strings.Contains(s.hints(), word) {
			t.Errorf("the footer has %q: %s", word, s.hints())
		}
	}
	before := s.view()
	s.press("j", "tab", "2", "f", "pgdown")
	if s.view() != before {
		t.Error("a key that is not valid did something")
	}
	s.press("y")
	if s.view() == before || !strings.Contains(s.view(), "linear") {
		t.Error("y does not change the scale")
	}
	s.press("y")
	if s.view() != before {
		t.Error("y twice is not as before")
	}
	s.press("z")
	if strings.Contains(s.view(), "slope −0.99") || !strings.Contains(s.view(), "Steps to the target") {
		t.Error("z does not show the figure alone")
	}
	s.press("t")
	s.wantSeen(t, "slope −0.99")
}

// A figure is chosen by its number or in turn, and another study begins at its
// first again.
func TestFiguresAreChosen(t *testing.T) {
	s := newPlain(found(), 90, 40) // one at a time
	s.press("k", "k")
	chosen := func(want string) {
		t.Helper()
		s.wantSeen(t, want)
	}
	chosen("1/2 Distance to the optimum")
	s.press("tab")
	chosen("2/2 Validation accuracy")
	s.press("tab")
	chosen("1/2 Distance to the optimum")
	s.press("shift+tab")
	chosen("2/2 Validation accuracy")
	s.press("1")
	chosen("1/2 Distance to the optimum")
	s.press("9") // there is none
	chosen("1/2 Distance to the optimum")
	s.press("2", "j", "k")
	chosen("1/2 Distance to the optimum")
}

// The scale of a figure stays with it.
func TestScaleBelongsToFigure(t *testing.T) {
	s := newPlain(found(), 90, 40)
	s.press("k", "k", "y")
	s.wantSeen(t, "f − f* · linear")
	s.press("tab")
	if strings.Contains(s.view(), "· linear") || strings.Contains(s.view(), "· log") {
		t.Errorf("another figure has lost its scale:\n%s", s.view())
	}
	s.press("j", "k")
	s.wantSeen(t, "f − f* · linear")
}

// The pages come in turn: beside the figures the texts, alone the figure too.
func TestPagesComeInTurn(t *testing.T) {
	s := newPlain(found(), 120, 40)
	s.press("k", "k")
	for _, want := range []string{"claims", "tables", "notes", "claims"} {
		if got := pageNames[s.seen()]; got != want {
			t.Errorf("beside the figures are the %s, want the %s", got, want)
		}
		s.press("t")
	}
	s.press("z")
	for _, want := range []string{"figure", "claims", "tables", "notes", "figure"} {
		if got := pageNames[s.seen()]; got != want {
			t.Errorf("alone is the page %s, want %s", got, want)
		}
		s.press("t")
	}
	s.press("t", "j") // the tables, and then a study that has none
	if got := pageNames[s.seen()]; got != "claims" {
		t.Errorf("a study without tables shows its %s", got)
	}
}

// A long list of claims can be scrolled to its end and back.
func TestClaimsScroll(t *testing.T) {
	v := found()
	for i := range 40 {
		v.Studies[0].Claims = append(v.Studies[0].Claims, study.Claim{Text: fmt.Sprintf("claim number %d.", i)})
	}
	s := newPlain(v, 100, 30)
	s.press("k", "k", "end")
	s.wantSeen(t, "claim number 39.", "more above")
	s.press("pgup", "home")
	s.wantSeen(t, "SVRG is ahead", "more below")
	s.press("pgdown", "t")
	if s.text.top != 0 {
		t.Errorf("another page begins at line %d", s.text.top)
	}
}
