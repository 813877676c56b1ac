package draw

import (
	"io"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"optwatch/train/study"
)

// Without colour every run still has a line of its own.
func TestLineStylesDiffer(t *testing.T) {
	for _, styles := range [][]LineStyle{boxStyles, plainStyles} {
		seen := map[string]bool{}
		for _, s := range styles {
			if seen[s.Flat] {
				t.Errorf("%q is used twice", s.Flat)
			}
			seen[s.Flat] = true
		}
		if len(seen) < 8 {
			t.Errorf("%d line styles", len(seen))
		}
	}
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI256)
	seen := map[Brush]bool{}
	for id := range 64 {
		b := ThemeOf(r, false, false).Brush(id)
		if seen[b] {
			t.Fatalf("run %d looks like another", id)
		}
		seen[b] = true
	}
}

// A run has the same colour on the screen and in the pictures of its study.
func TestPaletteIsThatOfPictures(t *testing.T) {
	if Palette != study.Palette {
		t.Errorf("on the screen %v, in pictures %v", Palette, study.Palette)
	}
}

// Nor do 24 runs repeat themselves where nothing but characters tells them apart.
func TestLinesOfManyRunsDiffer(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		theme, seen := NewTheme(io.Discard, ascii, true), map[string]bool{}
		for id := range 24 {
			line := theme.Brush(id).Flat
			if seen[line] {
				t.Errorf("run %d is drawn with %q, as another", id, line)
			}
			seen[line] = true
		}
	}
}
