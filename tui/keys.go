package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
)

// mode is what a key is pressed in.
type mode int

const (
	everywhere mode = iota // looked at before all others, text input included
	inMain
	inSmall // the screen is too small to show anything
	inHelp
	inPicker
	inPrompt
	inFilter
	inValue
	inAsk
	inQuit
	inStudies // optwatch lab and grid
	inDevices // optwatch devices, whose screen has nothing else
	modes     // how many there are
)

var modeNames = [modes]string{
	everywhere: "everywhere", inMain: "main screen", inSmall: "screen too small", inHelp: "help", inPicker: "optimizer picker",
	inPrompt: "adding a run", inFilter: "filter", inValue: "setting of a federation", inAsk: "question", inQuit: "quitting", inStudies: "optwatch lab and grid", inDevices: "optwatch devices",
}

// binding is a line of the key table.
type binding struct {
	in   mode
	keys []string // as bubbletea names them
	show string   // as people write them
	foot string   // its word in the footer; "" keeps it out
	doc  string
	when func(*model) bool   // nil: always
	why  func(*model) string // says why it is not valid now, if that is not plain; nil: nothing
	do   func(*model, string) tea.Cmd
	word func(*model) string // instead of foot, where that depends
}

// does wraps an action that needs neither the key nor a command of bubbletea's.
func does(f func(*model)) func(*model, string) tea.Cmd {
	return func(m *model, _ string) tea.Cmd { f(m); return nil }
}

// keyTable is the only place that says what a key does: it drives the
// dispatch, the footer, the help and the README. The footer takes from the top.
func keyTable() []binding {
	return append([]binding{
		{in: everywhere, keys: []string{"ctrl+c"}, show: "ctrl+c twice", doc: "quit now", do: (*model).interrupt},
		{in: everywhere, keys: []string{"ctrl+l"}, show: "ctrl+l", doc: "draw the screen anew", do: func(*model, string) tea.Cmd { return tea.ClearScreen }},

		{in: inMain, keys: []string{" "}, show: "space", word: (*model).pauseWord, doc: "pause or resume the selected run", when: (*model).canPause, why: (*model).whyEnded, do: does((*model).togglePause)},
		{in: inMain, keys: []string{"o"}, show: "o", foot: "switch", doc: "switch the optimizer of the selected run: parameters stay", when: going(train.Switch), why: (*model).whyEnded, do: does((*model).openPicker)},
		{in: inMain, keys: []string{"[", "]"}, show: "[ ]", foot: "lr", doc: "learning rate ÷ or × 1.25", when: going(train.SetLR), why: (*model).whyEnded, do: act((*model).changeLR)},
		{in: inMain, keys: []string{"5"}, show: "5", word: (*model).clientsWord, doc: "focus the clients of a federated run", when: (*model).hasClients, why: (*model).whyNoPane, do: act((*model).focusDigit)},
		{in: inMain, keys: []string{"6"}, show: "6", word: (*model).devicesWord, doc: "focus the devices: GPUs and host", when: (*model).hasDevices, why: (*model).whyNoDevices, do: act((*model).focusDigit)},
		{in: inMain, keys: []string{"d"}, show: "d", word: (*model).dropWord, doc: "drop the selected client from the rounds to come, or take it in again", when: (*model).canDrop, why: (*model).whyNotClients, do: does((*model).toggleDrop)},
		{in: inMain, keys: []string{"e"}, show: "e", foot: "epochs", doc: "local epochs of a federated run's clients", when: canTell(train.SetEpochs), why: (*model).whyNotClients, do: does((*model).askEpochs)},
		{in: inMain, keys: []string{"u"}, show: "u", foot: "μ", doc: "FedProx's μ", when: (*model).canMu, why: (*model).whyNoMu, do: does((*model).askMu)},
		{in: inMain, keys: []string{"n"}, show: "n", foot: "step", doc: "one step, or round, of a paused run", when: (*model).canStep, why: (*model).whyNoStep, do: does((*model).stepOnce)},
		{in: inMain, keys: []string{"esc"}, show: "esc", word: (*model).leaveWord, doc: "leave the value cursor, the zoom or the filter", when: (*model).canLeave, do: does((*model).leave)},
		{in: inMain, keys: []string{"m"}, show: "m", foot: "metric", doc: "next metric of the focused chart; of zoomed devices, the next charts", when: (*model).canMetric, do: act((*model).metricOn)},
		{in: inMain, keys: []string{"t"}, show: "t", foot: "x-axis", doc: "x-axis: gradient evaluations, epochs, wall time, steps; rounds, bytes sent", when: (*model).ready, do: does((*model).nextXAxis)},
		{in: inMain, keys: []string{"z"}, show: "z", word: (*model).zoomWord, doc: "the focused pane alone, and back", when: (*model).ready, do: does((*model).toggleZoom)},
		{in: inMain, keys: []string{"y"}, show: "y", foot: "log y", doc: "linear or logarithmic y-axis of the focused chart", when: (*model).canLogY, do: does((*model).toggleLogY)},
		{in: inMain, keys: []string{"a"}, show: "a", foot: "add", doc: "add a run from a recipe", when: taken(train.Add), do: does((*model).openPrompt)},
		{in: inMain, keys: []string{"c"}, show: "c", foot: "branch", doc: "branch a copy of the selected run from where it is", when: (*model).canBranch, why: (*model).whyNoBranch, do: does((*model).branch)},
		{in: inMain, keys: []string{"r"}, show: "r", foot: "restart", doc: "restart the selected run (asks if it has not ended)", when: (*model).canRestart, do: does((*model).askRestart)},
		{in: inMain, keys: []string{"x"}, show: "x", foot: "stop", doc: "stop the selected run (asks)", when: going(train.Stop), why: (*model).whyEnded, do: does((*model).askStop)},
		{in: inMain, keys: []string{"{", "}"}, show: "{ }", foot: "batch", doc: "batch size ÷ or × 2", when: (*model).canBatch, why: (*model).whyNoBatch, do: act((*model).changeBatch)},
		{in: inMain, keys: []string{"P"}, show: "P", foot: "pause all", doc: "pause all runs, or resume them all", when: (*model).canPauseAll, why: (*model).whyNoPauseAll, do: does((*model).togglePauseAll)},
		{in: inMain, keys: []string{"j", "k", "down", "up"}, show: "j k ↑ ↓", foot: "select", doc: "select a run; in their panes, a client or a device; in the log, scroll", when: (*model).ready, do: act((*model).move)},
		{in: inMain, keys: []string{"enter"}, show: "enter", word: (*model).openWord, doc: "open the selected group of seeds into its runs, or close it", when: (*model).canOpen, do: does((*model).toggleOpen)},
		{in: inMain, keys: []string{"pgup", "pgdown", "home", "end"}, show: "pgup pgdn home end", doc: "the same by pages, in the clients, the devices and the log", when: (*model).inLong, do: act((*model).page)},
		{in: inMain, keys: []string{"tab", "shift+tab"}, show: "tab shift+tab", doc: "focus the next or previous pane", when: (*model).ready, do: act((*model).cycleFocus)},
		{in: inMain, keys: []string{"1", "2", "3", "4"}, show: "1 … 4", doc: "focus a pane: the charts, the standings, the log", when: (*model).ready, do: act((*model).focusDigit)},
		{in: inMain, keys: []string{"h", "l", "left", "right"}, show: "h l ← →", foot: "values", doc: "value cursor on all charts; the standings show the values there", when: (*model).hasCurves, do: act((*model).moveCursor)},
		{in: inMain, keys: []string{"s"}, show: "s", foot: "smooth", doc: "smooth the curves: off, 0.6, 0.9", when: (*model).hasCurves, do: does((*model).nextSmoothing)},
		{in: inMain, keys: []string{"v"}, show: "v", foot: "hide", doc: "hide or show the selected run's curves", when: (*model).hasRun, do: does((*model).toggleHidden)},
		{in: inMain, keys: []string{"L"}, show: "L", foot: "log x", doc: "linear or logarithmic x-axis", when: (*model).hasCurves, do: does((*model).toggleLogX)},
		{in: inMain, keys: []string{"-", "=", "+"}, show: "- =", foot: "zoom x", doc: "zoom the x-axis out or in; of zoomed devices, more or less time", when: (*model).canZoomX, do: act((*model).zoomTime)},
		{in: inMain, keys: []string{"<", ">"}, show: "< >", foot: "pan", doc: "pan the x-axis", when: (*model).isZoomed, do: act((*model).panX)},
		{in: inMain, keys: []string{"0"}, show: "0", foot: "follow", doc: "the whole x-axis again, growing with the runs", when: (*model).isZoomed, do: does((*model).follow)},
		{in: inMain, keys: []string{"S"}, show: "S", foot: "sort", doc: "sort the standings; in their pane, the clients", when: (*model).hasRun, do: does((*model).nextSort)},
		{in: inMain, keys: []string{"/"}, show: "/", foot: "filter", doc: "show only runs whose name or recipe contains a text", when: (*model).hasAnyRun, do: does((*model).openFilter)},
		{in: inMain, keys: []string{"W"}, show: "W", doc: "write the screen as text to a file here", do: (*model).writeScreen},
		{in: inMain, keys: []string{"?"}, show: "?", foot: "help", doc: "this help", do: does((*model).openHelp)},
		{in: inMain, keys: []string{"q"}, show: "q", foot: "quit", doc: "quit (asks while runs have not ended)", do: (*model).askQuit},

		{in: inSmall, keys: []string{"q"}, show: "q", foot: "quit", doc: "quit; twice while runs have not ended", do: (*model).askQuit},

		{in: inHelp, keys: []string{"j", "k", "down", "up", "pgdown", "pgup"}, show: "j k ↑ ↓", foot: "scroll", doc: "scroll", do: act((*model).scrollHelp)},
		{in: inHelp, keys: []string{"?", "esc", "q", "enter"}, show: "esc", foot: "close", doc: "close", do: does((*model).close)},

		{in: inPicker, keys: []string{"enter"}, show: "enter", foot: "apply", doc: "switch to the combination shown", when: (*model).pickerOpen, do: does((*model).pickerApply)},
		{in: inPicker, keys: []string{"esc", "q", "o"}, show: "esc", foot: "cancel", doc: "leave the run as it is", do: does((*model).close)},
		{in: inPicker, keys: []string{"j", "k", "down", "up"}, show: "j k ↑ ↓", foot: "choose", doc: "choose a part", do: act((*model).pickerMove)},
		{in: inPicker, keys: []string{"tab", "right", "l", "shift+tab", "left", "h"}, show: "tab ← →", foot: "column", doc: "estimator, rule, schedule", do: act((*model).pickerColumn)},

		{in: inPrompt, keys: []string{"enter"}, show: "enter", foot: "add", doc: "add the run", when: (*model).promptOpen, do: does((*model).promptApply)},
		{in: inPrompt, keys: []string{"esc"}, show: "esc", foot: "cancel", doc: "leave", do: does((*model).close)},
		{in: inPrompt, keys: []string{"tab"}, show: "tab", foot: "complete", doc: "complete a name or a key", do: does((*model).promptComplete)},

		{in: inFilter, keys: []string{"enter"}, show: "enter", foot: "keep", doc: "keep the filter", do: does((*model).close)},
		{in: inFilter, keys: []string{"esc"}, show: "esc", foot: "clear", doc: "show all runs", do: does((*model).clearFilter)},

		{in: inValue, keys: []string{"enter"}, show: "enter", foot: "set", doc: "set it from the next round on", when: (*model).valueOpen, do: does((*model).valueApply)},
		{in: inValue, keys: []string{"esc"}, show: "esc", foot: "cancel", doc: "leave it as it is", do: does((*model).close)},

		{in: inAsk, keys: []string{"y", "enter"}, show: "y", foot: "yes", doc: "do it", do: does((*model).answerYes)},
		{in: inAsk, keys: []string{"n", "esc", "q"}, show: "n", foot: "no", doc: "leave it", do: does((*model).close)},

		{in: inQuit, keys: []string{"q", "y", "enter"}, show: "q", foot: "stop all and quit", doc: "stop all runs and quit", do: func(*model, string) tea.Cmd { return tea.Quit }},
		{in: inQuit, keys: []string{"esc", "n"}, show: "esc", foot: "stay", doc: "stay", do: does((*model).close)},
	}, append(studyTable(), aloneTable()...)...)
}

// act wraps an action that depends on which of its keys was pressed.
func act(f func(*model, string)) func(*model, string) tea.Cmd {
	return func(m *model, key string) tea.Cmd { f(m, key); return nil }
}

// lookup is the binding of a key in a context.
func (m *model) lookup(in mode, key string) *binding {
	for i := range m.table {
		if b := &m.table[i]; b.in == in && slices.Contains(b.keys, key) {
			return b
		}
	}
	return nil
}

// valid says whether a binding may be used now. One that may not tells why,
// where that is not plain.
func (m *model) valid(b *binding) bool {
	if b.when == nil || b.when(m) {
		return true
	}
	if b.why != nil && m.ready() {
		if why := b.why(m); why != "" {
			m.warn(why)
		}
	}
	return false
}

// mode is where a key goes.
func (m *model) mode() mode {
	switch {
	case m.lay.tooSmall:
		return inSmall
	case m.over != nil:
		return m.over.mode()
	}
	return m.ground()
}

// ground is where keys go with nothing over the screen.
func (m *model) ground() mode {
	if m.desk != nil {
		return inStudies
	}
	if m.alone {
		return inDevices
	}
	return inMain
}

// typed takes keys in. Runes that were typed fast come together; those pasted
// are text, never commands.
func (m *model) typed(k tea.KeyMsg) tea.Cmd {
	if k.Type != tea.KeyRunes || k.Paste || k.Alt || len(k.Runes) < 2 {
		return m.press(k)
	}
	var cmds []tea.Cmd
	for _, r := range k.Runes {
		cmds = append(cmds, m.press(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}))
		m.settle()
	}
	return tea.Batch(cmds...)
}

// press takes one key in and looks at the source again, as it may have changed.
func (m *model) press(k tea.KeyMsg) tea.Cmd {
	key := k.String()
	b := m.lookup(everywhere, key)
	if b == nil {
		m.interrupted = false
		b = m.lookup(m.mode(), key)
	}
	var cmd tea.Cmd
	switch text, ok := m.over.(typist); {
	case b != nil && m.valid(b):
		m.flash = flash{} // what it said is over
		cmd = b.do(m, key)
	case b == nil && ok && !m.lay.tooSmall:
		m.flash = flash{}
		text.typed(m, k)
	default:
		return nil
	}
	m.pull()
	if !m.brisk && m.moving() {
		cmd = tea.Batch(cmd, m.arm())
	}
	return cmd
}

// typist is an overlay that takes text.
type typist interface {
	typed(*model, tea.KeyMsg)
}

// KeysMarkdown is the table of keys for the README.
func KeysMarkdown() string {
	var b strings.Builder
	b.WriteString("| keys | does |\n| --- | --- |\n")
	for _, k := range keyTable() {
		where := ""
		if k.in != inMain && k.in != everywhere {
			where = " (" + modeNames[k.in] + ")"
		}
		b.WriteString("| `" + k.show + "`" + where + " | " + k.doc + " |\n")
	}
	return b.String()
}
