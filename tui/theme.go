package tui

import "optwatch/tui/draw"

// hasThemes says whether a theme can change anything.
func (m *shell) hasThemes() bool { return !m.Theme.Colourless() }

func (m *shell) whyNoThemes() string {
	return "this screen has no colours: the terminal has none, or they were declined when it began"
}

// nextTheme draws the screen in the colours of the next theme. What panes keep of
// what they have drawn is theirs only under the theme of that time.
func (m *shell) nextTheme() {
	next := m.Theme.WearNext()
	m.Say(draw.Join("theme "+next.Name, next.About))
}
