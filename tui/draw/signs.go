package draw

import "github.com/charmbracelet/x/ansi"

// Sign is what is drawn, and what it says.
type Sign struct{ Glyph, Name string }

// Signs explain signs in lines of w columns, each sign with its name in one of them.
func Signs(t *Theme, w int, all []Sign) []string {
	var lines []string
	l := NewLine(w).Gap(1)
	for _, s := range all {
		if l.At() > 1 && ansi.StringWidth(s.Glyph+" "+s.Name) > l.Left() {
			lines = append(lines, l.String())
			l = NewLine(w).Gap(1)
		}
		l.Put(t.Text, s.Glyph).Gap(1).Put(t.Dim, s.Name).Gap(3)
	}
	return append(lines, l.String())
}
