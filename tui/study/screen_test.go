package study

import (
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/study"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// screen is the program at a size, with all of a shell that it needs here: it
// has a header and a body over an empty row, and it takes the program's keys.
type screen struct {
	*Program
	w, h  int
	table pane.Table
	lay   pane.Layout
}

func newScreen(from study.Source, w, h int, p termenv.Profile, ascii, mono bool) *screen {
	src := NewSource(from)
	s := &screen{Program: New(pane.NewScreen(themeFor(p, ascii, mono), src, 1), src, "optwatch lab"), w: w, h: h}
	parts := [][]pane.Binding{s.Program.Keys()}
	for _, q := range s.Panes() {
		parts = append(parts, q.Keys())
	}
	s.table = pane.NewTable(parts...)
	s.settle()
	return s
}

// newPlain is a screen without colours.
func newPlain(v *study.View, w, h int) *screen {
	return newScreen(&shelf{v}, w, h, termenv.Ascii, false, false)
}

func themeFor(p termenv.Profile, ascii, mono bool) *draw.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(true)
	return draw.ThemeOf(r, ascii, mono)
}

func plainTheme() *draw.Theme { return themeFor(termenv.Ascii, false, false) }

// settle is what follows every message.
func (s *screen) settle() {
	s.Follow()
	for _, q := range s.Panes() {
		q.Follow()
	}
	s.lay = s.Arrange(s.w, s.h)
	for i, q := range s.Panes() {
		place, seen := s.lay.Find(i)
		q.Settle(place, seen)
	}
}

// tick looks at the source again.
func (s *screen) tick() {
	s.Pull()
	s.settle()
}

func (s *screen) resize(w, h int) {
	s.w, s.h = w, h
	s.settle()
}

// press types keys, each on its own. A key that is not valid does nothing.
func (s *screen) press(keys ...string) {
	for _, k := range keys {
		if b := s.table.Lookup(Ground, k); b != nil && b.Valid() {
			b.Do(k)
			s.tick()
		}
	}
}

// rows are the lines of the screen.
func (s *screen) rows() []string {
	rows := make([]string, s.h)
	rows[0] = s.Header(s.w)
	for _, r := range s.lay.Rows {
		rows[r.Y] = r.Draw(s.w)
	}
	for _, q := range s.lay.Panes {
		for i, line := range s.Panes()[q.Pane].Draw(q.Place) {
			rows[q.Y+i] += line
		}
	}
	rows[s.h-1] = strings.Repeat(" ", s.w)
	return rows
}

func (s *screen) view() string {
	text := strings.Join(s.rows(), "\n")
	if s.Theme.ASCII {
		return draw.ToASCII(text)
	}
	return text
}

// hints are the keys that are valid, as a footer shows them.
func (s *screen) hints() string {
	var out []string
	for _, h := range s.table.Hints(Ground) {
		out = append(out, h.Key+" "+h.Word)
	}
	return strings.Join(out, " · ")
}

// checkSize fails unless every row is as wide as the screen, and every pane as
// large as its place.
func (s *screen) checkSize(t *testing.T, what string) {
	t.Helper()
	for y, row := range strings.Split(s.view(), "\n") {
		if n := ansi.StringWidth(row); n != s.w {
			t.Fatalf("%s at %d×%d: row %d has %d columns: %q", what, s.w, s.h, y, n, row)
		}
	}
	for _, q := range s.lay.Panes {
		lines := s.Panes()[q.Pane].Draw(q.Place)
		if len(lines) != q.H {
			t.Fatalf("%s at %d×%d: pane %d has %d rows of %d", what, s.w, s.h, q.Pane, len(lines), q.H)
		}
		for _, line := range lines {
			if n := ansi.StringWidth(line); n != q.W {
				t.Fatalf("%s at %d×%d: pane %d has %d columns of %d: %q", what, s.w, s.h, q.Pane, n, q.W, line)
			}
		}
	}
}

func (s *screen) wantSeen(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.view(), text) {
			t.Errorf("the screen does not show %q:\n%s", text, s.view())
		}
	}
}

// The titles of a figure's axes are whole wherever there is room for them.
func TestAxisTitlesAreWhole(t *testing.T) {
	long := "gradient evaluations until f − f* is a millionth of what it was at the beginning"
	fig := &study.Figure{Title: "rates", X: study.Axis{Label: long}, Y: study.Axis{Label: "time, as a multiple of the fastest"}}
	for w := 60; w <= 200; w++ {
		b := figureBox(fig, figureKey{of: fig, place: pane.Place{Boxed: true, Rect: pane.Rect{W: w, H: 20}}})
		lines := b.Draw(draw.NewTheme(io.Discard, false, true), nil, w, 20)
		if bottom := lines[len(lines)-1]; w >= len([]rune(long))+10 && !strings.Contains(bottom, long+" →") {
			t.Errorf("%d columns: the x-axis is called %s", w, bottom)
		}
		if !strings.Contains(lines[0], "↑ time, as a multiple of the fastest ─") {
			t.Errorf("%d columns: the y-axis is called %s", w, lines[0])
		}
	}
}

// Of the title of a y-axis that has no room, the beginning is shown.
func TestLongAxisTitleIsCut(t *testing.T) {
	fig := &study.Figure{Title: "distance", Y: study.Axis{Label: strings.Repeat("a label of the y-axis that is long, ", 6)}}
	for w := 40; w <= 120; w++ {
		b := figureBox(fig, figureKey{of: fig, place: pane.Place{Boxed: true, Rect: pane.Rect{W: w, H: 20}}})
		if top := b.Draw(draw.NewTheme(io.Discard, false, true), nil, w, 20)[0]; !strings.Contains(top, "distance · ↑ a label of") {
			t.Errorf("%d columns: %s", w, top)
		}
	}
}
