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
	export := &exporter{m}
	return append(slices.Concat(export.copyKeys(), m.paletteKeys()), []pane.Binding{
		{In: pane.Everywhere, Rank: -20, Name: "quit-now", Keys: []string{"ctrl+c"}, Show: "ctrl+c twice", Doc: "quit now", Do: m.interrupt},
		{In: pane.Everywhere, Rank: -10, Name: "redraw", Keys: []string{"ctrl+l"}, Show: "ctrl+l", Doc: "draw the screen anew", Do: func(string) tea.Cmd { return tea.ClearScreen }},

		{In: pane.Everywhere, Rank: -5, Name: "suspend", Keys: []string{"ctrl+z"}, Show: "ctrl+z", Doc: "leave the screen to the shell; fg shows it again", About: m.canSuspend, When: m.canSuspend, Do: m.suspend},

		{In: ground, Rank: 352, Name: "write-pictures", Keys: []string{"w"}, Show: "w", Foot: "export", Doc: "write the charts to files here: PNG, SVG, and their values as CSV", About: export.hasPictures, When: export.canPicture, Why: export.whyNoPicture, Do: export.writePicture},
		{In: ground, Rank: 353, Name: "write-text", Keys: []string{"W"}, Show: "W", Foot: m.writeWord(), Doc: "write the screen to files here: as text, and with its colours", About: export.mayWrite, When: export.mayWrite, Why: export.whyNoWrite, Do: export.writeScreen},
		{In: ground, Rank: 354, Name: "copy", Keys: []string{"Y"}, Show: "Y", Doc: "copy a recipe, values or the table to the clipboard, over SSH too", About: export.copies, When: export.canCopy, Do: does(export.openCopying)},
		{In: ground, Rank: 355, Name: "theme", Keys: []string{"T"}, Show: "T", Doc: "next theme: " + strings.Join(draw.SchemeNames(), ", "), When: themes{m.Screen}.any, Why: themes{m.Screen}.whyNone, Do: does(themes{m.Screen}.next)},
		{In: ground, Rank: 365, Name: "palette", Keys: []string{":"}, Show: ":", Foot: "find", Doc: "find an action by what it does, and do it", Do: does(m.openPalette)},
		{In: ground, Rank: 370, Name: "help", Keys: []string{"?"}, Show: "?", Foot: "help", Doc: "the keys of the focused pane, and all others", Do: does(m.openHelp)},
		{In: ground, Rank: 380, Name: "quit", Keys: []string{"q"}, Show: "q", Foot: "quit", Doc: "quit (asks while anything goes on)", Do: m.askQuit},

		{In: pane.Tabling, Rank: 1330, Name: "write-all-values", Keys: []string{"w"}, Show: "w", Foot: "export", Doc: "write the table to a file here, as CSV", About: export.mayWrite, When: export.mayWrite, Why: export.whyNoWrite, Do: export.writeTable},
		{In: pane.Tabling, Rank: 1340, Name: "copy-all-values", Keys: []string{"Y"}, Show: "Y", Foot: "copy", Doc: "copy the table to the clipboard, as Markdown", Do: export.copyTable},

		{In: pane.Small, Rank: 400, Name: "quit", Keys: []string{"q"}, Show: "q", Foot: "quit", Doc: "quit; twice while anything goes on", Do: m.askQuit},
		{In: pane.Small, Rank: 401, Name: "finish", Keys: []string{"s"}, Sends: finish, Show: "s", Word: m.finishWord, Doc: "after q: stop all that goes on, saved, and quit", When: m.canFinish, Do: does(m.finish)},
		{In: pane.Small, Rank: 402, Name: "stay", Keys: []string{"esc"}, Show: "esc", Foot: "stay", Doc: "after q: stay", When: m.quitting, Do: does(m.Close)},

		{In: pane.Help, Rank: 410, Keys: []string{"j", "k", "down", "up", "pgdown", "pgup"}, Ways: []pane.Way{pane.On("down", "a line down", "j", "down"), pane.On("up", "a line up", "k", "up"), pane.On("page-down", "a page down", "pgdown"), pane.On("page-up", "a page up", "pgup")}, Show: "j k ↑ ↓", Foot: "scroll", Doc: "scroll", Do: pane.Acts(m.scrollHelp)},
		{In: pane.Help, Rank: 415, Name: "search", Keys: []string{"/"}, Show: "/", Foot: "search", Doc: "search the keys", Do: does(func() { m.Over.(*helpScreen).search() })},
		{In: pane.Help, Rank: 420, Name: "close", Keys: []string{"?", "esc", "q", "enter"}, Show: "esc", Foot: "close", Doc: "close", Do: does(m.Close)},

		{In: pane.Searching, Rank: 430, Name: "keep", Keys: []string{"enter"}, Show: "enter", Foot: "keep", Doc: "keep what was found", Do: does(func() { m.Over = m.Over.(*helpSearch).helpScreen })},
		{In: pane.Searching, Rank: 432, Name: "clear", Keys: []string{"esc"}, Show: "esc", Foot: "all keys", Doc: "all keys again", Do: does(m.openHelp)},
		{In: pane.Searching, Rank: 434, Keys: []string{"down", "up", "pgdown", "pgup"}, Ways: []pane.Way{pane.On("down", "a line down", "down"), pane.On("up", "a line up", "up"), pane.On("page-down", "a page down", "pgdown"), pane.On("page-up", "a page up", "pgup")}, Show: "↑ ↓", Foot: "scroll", Doc: "scroll", Do: pane.Acts(m.scrollHelp)},

		{In: pane.Asked, Rank: 2000, Name: "yes", Keys: []string{"y", "enter"}, Show: "y", Foot: "yes", Doc: "do it", Do: does(m.answerYes)},
		{In: pane.Asked, Rank: 2010, Name: "no", Keys: []string{"n", "esc", "q"}, Show: "n", Foot: "no", Doc: "leave it", Do: does(m.Close)},

		{In: pane.Quitting, Rank: 2020, Name: "quit", Keys: []string{"q", "y", "enter"}, Show: "q", Word: m.quitWord, Doc: "quit: what goes on is left running, or else stopped, as the question says", Do: quit},
		{In: pane.Quitting, Rank: 2030, Name: "finish", Keys: []string{"s"}, Sends: finish, Show: "s", Word: m.finishWord, Doc: "stop all that goes on, saved, and quit", When: m.canFinish, Do: does(m.finish)},
		{In: pane.Quitting, Rank: 2040, Name: "stay", Keys: []string{"esc", "n"}, Show: "esc", Foot: "stay", Doc: "stay", Do: does(m.Close)},

		{In: pane.Stopping, Rank: 2050, Name: "leave-now", Keys: []string{"q", "enter"}, Show: "q", Foot: "leave now", Doc: "leave before all has stopped", Do: quit},
	}...)
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
	m.hinting = m.hinting && !m.Ready()
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
		cmd = b.Press(key)
	case b == nil && ok && !m.tooSmall:
		m.Flash = pane.Flash{}
		text.Typed(k)
	default:
		return nil
	}
	return m.acted(cmd)
}

// acted looks at the source again after something was done, and soon once more
// where it moves now.
func (m *shell) acted(cmd tea.Cmd) tea.Cmd {
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

// KeysMarkdown is the table of the keys of all programs for the manual.
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
