package tui

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

// coloursIn are the sequences that set a colour in a text, once each.
func coloursIn(text string) map[string]bool {
	out := map[string]bool{}
	for _, s := range regexp.MustCompile("\x1b\\[[0-9;]*m").FindAllString(text, -1) {
		if s != "\x1b[0m" && s != "\x1b[1m" && s != "\x1b[7m" {
			out[s] = true
		}
	}
	return out
}

// A theme changes every colour of every pane at once, and nothing else: what is
// written stays where it is. All the way round the screen is as it was.
func TestThemeIsSwitchedLive(t *testing.T) {
	devices, _ := newAloneWith(gpus(2, 60), 120, 40, termenv.ANSI256, false, false)
	for name, m := range map[string]*shell{
		"race":    newTestModelWith(&stub{snap: sample(4, 30)}, 120, 40, termenv.ANSI256, false, false),
		"devices": devices,
		"studies": newTestStudies(&shelf{found()}, 120, 40, termenv.ANSI256, false, false),
	} {
		first := m.View()
		before, text := coloursIn(first), ansi.Strip(first)
		for _, want := range []string{"high-contrast", "light", "none", "default"} {
			press(m, "T")
			if !strings.HasPrefix(m.Flash.Text, "theme "+want) {
				t.Errorf("%s: after T it says %q, want %s", name, m.Flash.Text, want)
			}
			m.Flash.Text = ""
			now := m.View()
			if got := ansi.Strip(now); got != text {
				t.Errorf("%s: %s changes what is written", name, want)
			}
			switch got := coloursIn(now); {
			case want == "default" && now != first:
				t.Errorf("%s: it is not as it was", name)
			case want == "none" && len(got) > 0:
				t.Errorf("%s: without colours there are %v", name, got)
			case want == "light" || want == "high-contrast":
				for c := range got {
					if before[c] {
						t.Errorf("%s: %q is left of the default theme in %s", name, c, want)
					}
				}
			}
		}
	}
}

// Where there are no colours, T says so.
func TestNoThemes(t *testing.T) {
	m := newTestModel(&stub{snap: sample(4, 30)}, 120, 40)
	if press(m, "T"); !strings.Contains(m.Flash.Text, "no colours") || m.Theme.Scheme != "default" {
		t.Errorf("T: %q, theme %s", m.Flash.Text, m.Theme.Scheme)
	}
}

// Screens of one process have each the theme and the colours of their terminal,
// whatever the others do meanwhile.
func TestThemesOfOneProcess(t *testing.T) {
	kinds := []struct {
		name    string
		profile termenv.Profile
		theme   string
		has     string // a colour that only this screen has
	}{
		{"256 colours", termenv.ANSI256, "light", "\x1b[38;5;26m"},
		{"16 colours", termenv.ANSI, "high-contrast", ""},
		{"true colour", termenv.TrueColor, "default", "\x1b[38;5;33m"},
		{"no colours", termenv.Ascii, "light", ""},
	}
	draw := func(i int) string {
		k := kinds[i]
		m := newTestModelWith(&stub{snap: sample(4, 30)}, 120, 40, k.profile, false, false)
		m.Theme.Wear(k.theme)
		text := ""
		for range 4 {
			press(m, "l")
			text = m.View()
		}
		return text
	}
	alone := make([]string, len(kinds))
	for i := range kinds {
		alone[i] = draw(i)
	}
	together := make([]string, len(kinds))
	var all sync.WaitGroup
	for i := range kinds {
		all.Go(func() { together[i] = draw(i) })
	}
	all.Wait()
	for i, k := range kinds {
		if together[i] != alone[i] {
			t.Errorf("%s: beside others it draws otherwise", k.name)
		}
		for j := range kinds {
			if strings.Contains(alone[j], k.has) != (i == j) && k.has != "" {
				t.Errorf("%s and %s: %q", k.name, kinds[j].name, k.has)
			}
		}
	}
	for c := range coloursIn(alone[1]) {
		if strings.Contains(c, "38;") {
			t.Errorf("%q on a terminal of 16 colours", c)
		}
	}
	if len(coloursIn(alone[1])) < 5 || len(coloursIn(alone[3])) > 0 {
		t.Errorf("%d colours of 16, %d of none", len(coloursIn(alone[1])), len(coloursIn(alone[3])))
	}
}
