package tui

import (
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// themes changes the colours of a screen.
type themes struct{ *pane.Screen }

// any says whether a theme can change anything.
func (m themes) any() bool { return !m.Theme.Colourless() }

func (m themes) whyNone() string {
	return "this screen has no colours: the terminal has none, or they were declined when it began"
}

// next draws the screen in the colours of the next theme. What panes keep of
// what they have drawn is theirs only under the theme of that time.
func (m themes) next() {
	next := m.Theme.WearNext()
	m.Say(draw.Join("theme "+next.Name, next.About))
}
