package study

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// Categories are bars on the screen as in pictures, side by side from the axis up,
// and every one has its name; a bar twice as high has twice the rows.
func TestCategoriesAreBarsOnTheScreen(t *testing.T) {
	f := &study.Figure{Y: study.Axis{Label: "%"}}
	for slot := range 2 {
		s := study.Series{Name: fmt.Sprint(slot), Slot: slot}
		for class := range 10 {
			s.X, s.Y = append(s.X, float64(class)), append(s.Y, float64(50*(1+slot)))
		}
		f.Series = append(f.Series, s)
	}
	for class := range 10 {
		f.Categories = append(f.Categories, fmt.Sprintf("c%d", class))
	}
	theme := draw.NewTheme(io.Discard, false, true)
	lines := chartOf(theme, f, 0, 100, 21).Draw(theme)
	text := ansi.Strip(strings.Join(lines, "\n"))
	for _, name := range f.Categories {
		if !strings.Contains(text, name) {
			t.Errorf("%s has no name:\n%s", name, text)
		}
	}
	low, high := strings.Count(text, string(theme.Dot(0))), strings.Count(text, string(theme.Dot(1)))
	if low%10 != 0 || high%10 != 0 || low == 0 || high < 2*low-20 || high > 2*low {
		t.Errorf("bars of 50 take %d cells and those of 100 %d:\n%s", low, high, text)
	}
}
