package draw

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// Input is a line of text being typed.
type Input struct {
	Text []rune
	At   int // the cursor
}

// Typed takes a key in and says whether the text has changed.
func (in *Input) Typed(k tea.KeyMsg) bool {
	switch k.Type {
	case tea.KeyRunes, tea.KeySpace:
		if k.Alt {
			return false
		}
		typed := []rune(Clean(string(k.Runes)))
		in.Text = slices.Insert(in.Text, in.At, typed...)
		in.At += len(typed)
		return true
	case tea.KeyBackspace:
		if in.At == 0 {
			return false
		}
		in.At--
		in.Text = slices.Delete(in.Text, in.At, in.At+1)
		return true
	case tea.KeyDelete:
		if in.At == len(in.Text) {
			return false
		}
		in.Text = slices.Delete(in.Text, in.At, in.At+1)
		return true
	case tea.KeyCtrlU:
		in.Text, in.At = in.Text[in.At:], 0
		return true
	}
	in.wander(k.Type)
	return false
}

// wander moves the cursor.
func (in *Input) wander(k tea.KeyType) {
	switch k {
	case tea.KeyLeft:
		in.At = max(0, in.At-1)
	case tea.KeyRight:
		in.At = min(len(in.Text), in.At+1)
	case tea.KeyHome, tea.KeyCtrlA:
		in.At = 0
	case tea.KeyEnd, tea.KeyCtrlE:
		in.At = len(in.Text)
	}
}

// String is what has been typed.
func (in *Input) String() string { return string(in.Text) }

// Draw shows the text with its cursor in w columns, the cursor always in sight.
func (in *Input) Draw(t *Theme, l *Line, w int) {
	from := max(0, in.At-w+1)
	l.Put(t.Text, string(in.Text[from:in.At]))
	under := " "
	if in.At < len(in.Text) {
		under = string(in.Text[in.At])
	}
	if t.Chosen.On == "" && under == " " {
		under = "▏"
	}
	l.Put(t.Chosen, under)
	if in.At < len(in.Text) {
		l.Put(t.Text, string(in.Text[in.At+1:]))
	}
}
