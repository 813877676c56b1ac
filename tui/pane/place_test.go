package pane

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
)

// Whatever a pane has to show, its place is filled exactly.
func TestFillIsExact(t *testing.T) {
	theme := draw.NewTheme(&strings.Builder{}, false, false)
	contents := [][]string{nil, {""}, {"short"}, {strings.Repeat("long ", 60), "日本語のとても長い名前です"}, strings.Split(strings.Repeat("row\n", 90), "\n")}
	for w := 1; w <= 120; w += 1 + w/5 {
		for h := 1; h <= 40; h += 1 + h/5 {
			for i, lines := range contents {
				for _, boxed := range []bool{false, true} {
					p := Place{Rect: Rect{W: w, H: h}, Boxed: boxed}
					checkFilled(t, p, p.Fill(theme, draw.Box{Title: "a title", Right: "note"}, lines), i)
				}
			}
		}
	}
}

func checkFilled(t *testing.T, p Place, lines []string, content int) {
	t.Helper()
	if len(lines) != p.H {
		t.Fatalf("content %d in %+v: %d rows", content, p, len(lines))
	}
	for _, s := range lines {
		if n := ansi.StringWidth(s); n != p.W {
			t.Fatalf("content %d in %+v: %d columns: %q", content, p, n, s)
		}
	}
}

func TestInnerIsWithinTheBorder(t *testing.T) {
	theme := draw.NewTheme(&strings.Builder{}, false, true)
	for _, boxed := range []bool{false, true} {
		p := Place{Rect: Rect{X: 3, Y: 4, W: 30, H: 8}, Boxed: boxed}
		w, h := p.Inner()
		body := make([]string, h)
		for i := range body {
			body[i] = strings.Repeat("x", w)
		}
		seen := strings.Count(strings.Join(p.Fill(theme, draw.Box{}, body), "\n"), "x")
		if seen != w*h {
			t.Errorf("boxed %t: %d of %d cells are seen", boxed, seen, w*h)
		}
		if boxed != (w == 28 && h == 6) {
			t.Errorf("boxed %t: %d×%d within 30×8", boxed, w, h)
		}
	}
}

func TestFindPlace(t *testing.T) {
	l := Layout{Panes: []Placed{{2, Place{Rect: Rect{W: 5}}}, {0, Place{Rect: Rect{W: 7}}}}}
	if p, ok := l.Find(0); !ok || p.W != 7 {
		t.Errorf("pane 0 is found in %+v, %t", p, ok)
	}
	if _, ok := l.Find(1); ok {
		t.Error("a pane is found that has no place")
	}
}
