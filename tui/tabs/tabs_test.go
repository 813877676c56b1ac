package tabs

import (
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// named is a pane that has names only.
type named struct {
	pane.Pane
	name, brief string
}

func (n named) Name() string  { return n.name }
func (n named) Brief() string { return n.brief }
func (named) There() bool     { return true }

// shortened is one that has a shorter name, too.
type shortened struct {
	named
	short string
}

func (s shortened) Abbreviation() string { return s.short }

// At 60 columns each of seven panes has a name that can be read, whichever has the focus;
// at 40 those that are told apart, and where two would be called alike they are cut.
func TestTabsAreReadable(t *testing.T) {
	renderer := lipgloss.NewRenderer(io.Discard)
	renderer.SetColorProfile(termenv.Ascii)
	theme := draw.ThemeOf(renderer, false, true)
	one := func(name, brief string) pane.Pane { return named{name: name, brief: brief} }
	short := func(name, short string) pane.Pane { return shortened{named{name: name, brief: name}, short} }
	race := []pane.Pane{
		one("validation accuracy %", "val acc"), one("f − f*", "f − f*"), one("runs", "runs"), one("log", "log"),
		short("clients", "clnts"), short("devices", "dev"), short("diagnosis", "diag"),
	}
	for focus := range race {
		line := Bar{Theme: theme, Panes: race, Focus: focus}.Draw(60)
		if ansi.StringWidth(line) != 60 {
			t.Errorf("%d columns: %q", ansi.StringWidth(line), line)
		}
		for i, want := range []string{"acc", "f−f*", "runs", "log", "cl", "dev", "diag"} {
			if !strings.Contains(line, string(rune('1'+i))+" "+want) && !(want == "f−f*" && strings.Contains(line, "2 f − f*")) && !(want == "acc" && strings.Contains(line, "1 val acc")) {
				t.Errorf("with the focus on %d there is no %q: %q", focus+1, want, line)
			}
		}
	}
	for _, c := range []struct {
		panes []pane.Pane
		w     int
		want  string
	}{
		{race[:5], 40, "[1 acc] 2 f−f*  3 runs  4 log  5 clnts  "},
		{race[:4], 40, "[1 val acc] 2 f − f*  3 runs  4 log     "},
		{[]pane.Pane{one("train/loss", "train/loss"), one("eval/loss", "eval/loss"), one("runs", "runs"), one("log", "log")}, 40, "[1 train/loss] 2 eval/lo  3 runs  4 log "},
	} {
		if got := (Bar{Theme: theme, Panes: c.panes}).Draw(c.w); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
