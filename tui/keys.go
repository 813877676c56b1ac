package tui

import (
	"io"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/device"
	"optwatch/train/study"
	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// keys are the lines of the key table that every program has.
func (m *shell) keys() []pane.Binding {
	ground := m.program.Ground()
	does, finish := pane.Does, []view.CommandKind{view.Finish}
	quit := func(string) tea.Cmd { return tea.Quit }
	return []pane.Binding{
		{In: pane.Everywhere, Rank: -20, Keys: []string{"ctrl+c"}, Show: "ctrl+c twice", Doc: "quit now", Do: m.interrupt},
		{In: pane.Everywhere, Rank: -10, Keys: []string{"ctrl+l"}, Show: "ctrl+l", Doc: "draw the screen anew", Do: func(string) tea.Cmd { return tea.ClearScreen }},

		{In: pane.Everywhere, Rank: -5, Keys: []string{"ctrl+z"}, Show: "ctrl+z", Doc: "leave the screen to the shell; fg shows it again", About: m.canSuspend, When: m.canSuspend, Do: m.suspend},

		{In: ground, Rank: 360, Keys: []string{"W"}, Show: "W", Foot: m.writeWord(), Doc: "write the screen as text to a file here", About: m.mayWrite, When: m.mayWrite, Do: m.writeScreen},
		{In: ground, Rank: 370, Keys: []string{"?"}, Show: "?", Foot: "help", Doc: "this help", Do: does(m.openHelp)},
		{In: ground, Rank: 380, Keys: []string{"q"}, Show: "q", Foot: "quit", Doc: "quit (asks while anything goes on)", Do: m.askQuit},

		{In: pane.Small, Rank: 400, Keys: []string{"q"}, Show: "q", Foot: "quit", Doc: "quit; twice while anything goes on", Do: m.askQuit},
		{In: pane.Small, Rank: 401, Keys: []string{"s"}, Sends: finish, Show: "s", Word: m.finishWord, Doc: "after q: stop all that goes on, saved, and quit", When: m.canFinish, Do: does(m.finish)},
		{In: pane.Small, Rank: 402, Keys: []string{"esc"}, Show: "esc", Foot: "stay", Doc: "after q: stay", When: m.quitting, Do: does(m.Close)},

		{In: pane.Help, Rank: 410, Keys: []string{"j", "k", "down", "up", "pgdown", "pgup"}, Show: "j k ↑ ↓", Foot: "scroll", Doc: "scroll", Do: pane.Acts(m.scrollHelp)},
		{In: pane.Help, Rank: 420, Keys: []string{"?", "esc", "q", "enter"}, Show: "esc", Foot: "close", Doc: "close", Do: does(m.Close)},

		{In: pane.Asked, Rank: 2000, Keys: []string{"y", "enter"}, Show: "y", Foot: "yes", Doc: "do it", Do: does(m.answerYes)},
		{In: pane.Asked, Rank: 2010, Keys: []string{"n", "esc", "q"}, Show: "n", Foot: "no", Doc: "leave it", Do: does(m.Close)},

		{In: pane.Quitting, Rank: 2020, Keys: []string{"q", "y", "enter"}, Show: "q", Word: m.quitWord, Doc: "quit: what goes on is left running, or else stopped, as the question says", Do: quit},
		{In: pane.Quitting, Rank: 2030, Keys: []string{"s"}, Sends: finish, Show: "s", Word: m.finishWord, Doc: "stop all that goes on, saved, and quit", When: m.canFinish, Do: does(m.finish)},
		{In: pane.Quitting, Rank: 2040, Keys: []string{"esc", "n"}, Show: "esc", Foot: "stay", Doc: "stay", Do: does(m.Close)},

		{In: pane.Stopping, Rank: 2050, Keys: []string{"q", "enter"}, Show: "q", Foot: "leave now", Doc: "leave before all has stopped", Do: quit},
	}
}

// modes are where a key goes: the first that has it.
func (m *shell) modes() []pane.Mode {
	switch {
	case m.tooSmall:
		return []pane.Mode{pane.Small}
	case m.Over != nil:
		return []pane.Mode{m.Over.Mode()}
	}
	return m.grounds()
}

// grounds are the modes with nothing over the screen.
func (m *shell) grounds() []pane.Mode {
	if m.Snap.Playback != nil {
		return []pane.Mode{pane.Playing, m.program.Ground()}
	}
	return []pane.Mode{m.program.Ground()}
}

// typed takes keys in. Runes that were typed fast come together; those pasted
// are text, never commands.
func (m *shell) typed(k tea.KeyMsg) tea.Cmd {
	if k.Type != tea.KeyRunes || k.Paste || k.Alt || len(k.Runes) < 2 {
		return m.press(k)
	}
	var cmds []tea.Cmd
	for _, r := range k.Runes {
		cmds = append(cmds, m.press(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}))
		m.fit()
	}
	return tea.Batch(cmds...)
}

// press takes one key in and looks at the source again, as it may have changed.
func (m *shell) press(k tea.KeyMsg) tea.Cmd {
	key := k.String()
	b := m.Keys.Lookup(pane.Everywhere, key)
	if b == nil {
		m.interrupted = false
		b = m.Keys.Reach(key, m.modes()...)
	}
	var cmd tea.Cmd
	switch text, ok := m.Over.(pane.Typist); {
	case b != nil && m.valid(b):
		m.Flash = pane.Flash{} // what it said is over
		cmd = b.Do(key)
	case b == nil && ok && !m.tooSmall:
		m.Flash = pane.Flash{}
		text.Typed(k)
	default:
		return nil
	}
	m.Pull()
	m.program.Follow()
	if !m.brisk && m.program.Moving() {
		cmd = tea.Batch(cmd, m.arm())
	}
	return cmd
}

// valid says whether a binding may be used now. One that may not tells why,
// where that is not plain: a key that the source has no use for says nothing.
func (m *shell) valid(b *pane.Binding) bool {
	if b.Valid() {
		return true
	}
	if b.Why != nil && m.Ready() && m.Taken(b) {
		if why := b.Why(); why != "" {
			m.Warn(why)
		}
	}
	return false
}

func (m *shell) answerYes() {
	q := m.Over.(*pane.Question)
	m.Close()
	q.Yes()
}

// KeysMarkdown is the table of the keys of all programs for the README.
func KeysMarkdown() string {
	t := draw.NewTheme(io.Discard, false, true)
	runs := newRace(nothing{}, Terminal{}, t)
	studies := newStudies(study.NewNotebook(nil), "", Terminal{}, t)
	machine := newDevices(noDevices{}, "", Terminal{}, t)
	modes := []pane.Mode{pane.Everywhere, runs.program.Ground()}
	for _, b := range runs.Keys {
		if !slices.Contains(modes, b.In) {
			modes = append(modes, b.In)
		}
	}
	var b strings.Builder
	b.WriteString("| keys | does |\n| --- | --- |\n")
	for _, in := range modes {
		writeKeys(&b, runs.Keys, in, in != runs.program.Ground() && in != pane.Everywhere)
	}
	writeKeys(&b, studies.Keys, studies.program.Ground(), true)
	writeKeys(&b, machine.Keys, machine.program.Ground(), true)
	return b.String()
}

// writeKeys writes the lines of one mode, with its name unless it is plain.
func writeKeys(b *strings.Builder, t pane.Table, in pane.Mode, named bool) {
	for i := range t {
		k := &t[i]
		if k.In != in {
			continue
		}
		where := ""
		if named {
			where = " (" + string(in) + ")"
		}
		b.WriteString("| `" + k.Show + "`" + where + " | " + k.Doc + " |\n")
	}
}

// nothing is a source without anything in it, and noDevices one of devices.
type nothing struct{}

func (nothing) Snapshot() *view.Snapshot      { return &view.Snapshot{} }
func (nothing) Do(view.Command) error         { return nil }
func (nothing) Offer(view.Command) view.Offer { return view.Offer{} }

type noDevices struct{}

func (noDevices) View() *device.View { return &device.View{} }
