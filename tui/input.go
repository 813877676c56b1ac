package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// input is a line of text being typed.
type input struct {
	text []rune
	at   int // the cursor
}

// typed takes a key in and says whether the text has changed.
func (in *input) typed(k tea.KeyMsg) bool {
	switch k.Type {
	case tea.KeyRunes, tea.KeySpace:
		if k.Alt {
			return false
		}
		typed := []rune(clean(string(k.Runes)))
		in.text = slices.Insert(in.text, in.at, typed...)
		in.at += len(typed)
		return true
	case tea.KeyBackspace:
		if in.at == 0 {
			return false
		}
		in.at--
		in.text = slices.Delete(in.text, in.at, in.at+1)
		return true
	case tea.KeyDelete:
		if in.at == len(in.text) {
			return false
		}
		in.text = slices.Delete(in.text, in.at, in.at+1)
		return true
	case tea.KeyCtrlU:
		in.text, in.at = in.text[in.at:], 0
		return true
	}
	in.wander(k.Type)
	return false
}

// wander moves the cursor.
func (in *input) wander(k tea.KeyType) {
	switch k {
	case tea.KeyLeft:
		in.at = max(0, in.at-1)
	case tea.KeyRight:
		in.at = min(len(in.text), in.at+1)
	case tea.KeyHome, tea.KeyCtrlA:
		in.at = 0
	case tea.KeyEnd, tea.KeyCtrlE:
		in.at = len(in.text)
	}
}

func (in *input) String() string { return string(in.text) }

// draw shows the text with its cursor in w columns, the cursor always in sight.
func (in *input) draw(t *theme, l *line, w int) {
	from := max(0, in.at-w+1)
	l.put(t.text, string(in.text[from:in.at]))
	under := " "
	if in.at < len(in.text) {
		under = string(in.text[in.at])
	}
	if t.chosen.on == "" && under == " " {
		under = "▏"
	}
	l.put(t.chosen, under)
	if in.at < len(in.text) {
		l.put(t.text, string(in.text[in.at+1:]))
	}
}
