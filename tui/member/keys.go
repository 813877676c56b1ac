package member

import (
	tea "github.com/charmbracelet/bubbletea"

	"optwatch/tui/pane"
)

// The modes of keys: with nothing asked, and while it is asked whether to leave.
const (
	ground  pane.Mode = "optwatch join"
	leaving pane.Mode = "optwatch join, leaving"
)

// mode is where a key goes.
func (m *screen) mode() pane.Mode {
	if m.leaving {
		return leaving
	}
	return ground
}

// table is all keys of the screen.
func (m *screen) table() pane.Table {
	quit := func(string) tea.Cmd { return tea.Quit }
	leave := func(yes bool) func(string) tea.Cmd { return pane.Does(func() { m.leaving = yes }) }
	return pane.NewTable([]pane.Binding{
		{In: pane.Everywhere, Rank: 10, Name: "quit-now", Keys: []string{"ctrl+c"}, Show: "ctrl+c", Doc: "leave now", Do: quit},
		{In: pane.Everywhere, Rank: 20, Name: "redraw", Keys: []string{"ctrl+l"}, Show: "ctrl+l", Doc: "draw the screen anew", Do: func(string) tea.Cmd { return tea.ClearScreen }},
		{In: ground, Rank: 30, Name: "quit", Keys: []string{"q"}, Show: "q", Foot: "quit (asks first)", Doc: "leave the federation (asks)", Do: leave(true)},
		{In: leaving, Rank: 40, Name: "quit", Keys: []string{"q", "y", "enter"}, Show: "q", Doc: "leave: rounds wait for the client until it is back or dropped", Do: quit},
		{In: leaving, Rank: 50, Name: "stay", Keys: []string{"esc", "n"}, Show: "esc", Doc: "stay", Do: leave(false)},
	})
}

// Keys are the lines of the key table.
func Keys() pane.Table { return new(screen).table() }
