package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/sahilm/fuzzy"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// palette is the overlay in which an action is found by what it does. It lists
// those of the key table that may be done now, and nothing else.
type palette struct {
	*shell
	draw.Input
	at, top, rows int
}

// Mode is where its own keys are.
func (*palette) Mode() pane.Mode { return pane.Finding }

func (m *shell) openPalette() { m.Over = &palette{shell: m} }

// Typed takes a key in; what is found for another text begins at its best.
func (p *palette) Typed(k tea.KeyMsg) {
	if p.Input.Typed(k) {
		p.at, p.top = 0, 0
	}
}

// match is an action with how well it answers to what was typed.
type match struct {
	pane.Action
	keys  []string // those that reach it
	lit   []int    // bytes of its description that were typed
	score int
}

// literal is how much better an action is found whose description has a word as
// it was typed than one that only has its letters.
const literal = 1000

// actions are those that can be done now, those of the focused pane first.
func (m *palette) actions() []match {
	grounds := m.grounds()
	modes := append(grounds[:len(grounds):len(grounds)], pane.Everywhere)
	var out []match
	for _, b := range m.hereFirst(m.Keys.ValidIn(modes...)) {
		if b.Name == "palette" || b.Name == "quit-now" || !m.Takes(b) { // which asks for its own key once more
			continue
		}
		for _, a := range b.Actions() {
			keys := slices.DeleteFunc(slices.Clone(a.Keys), func(key string) bool { return m.Keys.Reach(key, modes...) != b })
			if len(keys) > 0 {
				out = append(out, match{Action: a, keys: keys})
			}
		}
	}
	return out
}

// found are the actions that answer to what was typed, the best first.
func (p *palette) found() []match {
	all, words := p.actions(), strings.Fields(p.String())
	if len(words) == 0 {
		return all
	}
	out := all[:0]
	for _, f := range all {
		if f.answers(words) {
			if slices.Contains(f.keys, words[0]) && len(words) == 1 {
				f.score += 2 * literal
			}
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b match) int { return b.score - a.score })
	return out
}

// answers says whether an action has the letters of all words in order, in what it
// does, in its name or as its key, and keeps how well.
func (f *match) answers(words []string) bool {
	for _, w := range words {
		best, ok := 0, slices.Contains(f.keys, w)
		for _, m := range fuzzy.FindNoSort(w, []string{f.Doc, strings.ReplaceAll(f.Name, "-", " ")}) {
			score := m.Score
			if !together(m) {
				continue
			}
			if at := strings.Index(strings.ToLower(m.Str), strings.ToLower(w)); at >= 0 {
				score += literal
				if at == 0 || m.Str[at-1] == ' ' {
					score += literal / 2
				}
			}
			if !ok || score > best {
				best, ok = score, true
			}
			if m.Index == 0 {
				f.lit = append(f.lit, m.MatchedIndexes...)
			}
		}
		if !ok {
			return false
		}
		f.score += best
	}
	return true
}

// together says whether letters that were found belong together: each begins a word
// or follows on the one before, as those of lr in learning rate, or they begin a
// word of which they leave out no more than they have.
func together(m fuzzy.Match) bool {
	begins := func(at int) bool { return at == 0 || strings.IndexByte(" -:;,(>", m.Str[at-1]) >= 0 }
	all, n := m.MatchedIndexes, len(m.MatchedIndexes)
	if n > 0 && begins(all[0]) && all[n-1]-all[0] < 2*n {
		return true
	}
	for i, at := range all {
		if !begins(at) && (i == 0 || strings.Count(m.Str[all[i-1]:at], "")-1 > 1) {
			return false
		}
	}
	return true
}

// paletteKeys are those of the palette while it is open.
func (m *shell) paletteKeys() []pane.Binding {
	open := func() *palette { p, _ := m.Over.(*palette); return p }
	any := func() bool { p := open(); return p != nil && len(p.found()) > 0 }
	move := pane.Acts(func(key string) { open().move(key) })
	return []pane.Binding{
		{In: pane.Finding, Rank: 440, Name: "do", Keys: []string{"enter"}, Show: "enter", Foot: "do it", Doc: "do what is selected", When: any, Do: func(string) tea.Cmd { return open().do() }},
		{In: pane.Finding, Rank: 442, Keys: []string{"down", "up", "ctrl+n", "ctrl+p", "tab", "shift+tab"}, Ways: []pane.Way{pane.On("next", "the next action", "down", "ctrl+n", "tab"), pane.On("previous", "the action before", "up", "ctrl+p", "shift+tab")}, Show: "↑ ↓", Foot: "choose", Doc: "select another action", When: any, Do: move},
		{In: pane.Finding, Rank: 444, Keys: []string{"pgdown", "pgup"}, Ways: []pane.Way{pane.On("page-down", "a page down", "pgdown"), pane.On("page-up", "a page up", "pgup")}, Show: "pgup pgdn", Doc: "the same by pages", When: any, Do: move},
		{In: pane.Finding, Rank: 446, Name: "close", Keys: []string{"esc"}, Show: "esc", Foot: "close", Doc: "close", Do: pane.Does(m.Close)},
	}
}

// move selects another action, round and round by lines.
func (p *palette) move(key string) {
	n := len(p.found())
	switch key {
	case "pgdown":
		p.at = min(p.at+max(1, p.rows-1), n-1)
	case "pgup":
		p.at = max(0, p.at-max(1, p.rows-1))
	case "down", "ctrl+n", "tab":
		p.at = (p.at + 1) % n
	default:
		p.at = (p.at + n - 1) % n
	}
}

// Scroll selects another action.
func (p *palette) Scroll(by int) { p.at = max(0, min(p.at+by, len(p.found())-1)) }

// Choose does the action in a row.
func (p *palette) Choose(_, y int) string {
	const above = 3 // the border, what is typed, a line
	at := p.top + y - above
	if y < above || y-above >= p.rows || at >= len(p.found()) {
		return ""
	}
	p.at = at
	return "enter"
}

// do does what is selected, as its key would.
func (p *palette) do() tea.Cmd {
	all := p.found()
	f := all[min(p.at, len(all)-1)]
	p.Close()
	return f.Of.Press(f.keys[0])
}

// Draw shows what is typed over as many of the actions found as fit.
func (p *palette) Draw(w, h int) []string {
	t := p.Theme
	inner := min(w-2, 88)
	all := p.found()
	const most = 16
	p.rows = max(1, min(len(p.actions()), h-4, most)) // however few are found: the box stays as it is
	rows := p.rows
	p.at = max(0, min(p.at, len(all)-1))
	p.top = max(0, min(max(p.top, p.at-rows+1), p.at, len(all)-rows))
	entry := draw.NewLine(inner)
	entry.Gap(1).Put(t.Focus, ":").Gap(1)
	p.Input.Draw(t, entry, inner-entry.At()-1)
	if p.String() == "" {
		entry.Gap(1).Put(t.Dim, draw.FirstFit([]string{"type what you want to do", "type"}, entry.Left()-1))
	}
	lines := []string{entry.String(), t.Border.Paint(strings.Repeat("─", max(0, inner)))}
	for i := p.top; i < min(len(all), p.top+rows); i++ {
		lines = append(lines, p.row(&all[i], i == p.at, inner))
	}
	if len(all) == 0 {
		lines = append(lines, draw.NewLine(inner).Gap(3).Put(t.Dim, "no action that can be done now").String())
	}
	b := draw.Box{Title: "actions", Beside: "that can be done now", Focused: true}
	if len(all) > rows {
		b.Right = strconv.Itoa(p.at+1) + " of " + strconv.Itoa(len(all))
	}
	return b.Draw(t, lines, inner+2, min(h, rows+4))
}

// row is an action and its key.
func (p *palette) row(f *match, selected bool, w int) string {
	t := p.Theme
	l := draw.NewLine(w)
	body, key := t.Text, t.Dim
	if selected {
		body, key = t.Strong, t.Strong
		l.Put(t.Strong, " ▸")
	}
	names := make([]string, len(f.keys))
	for i, k := range f.keys {
		names[i] = pane.KeyName(k)
	}
	shown := strings.Join(names, " ")
	room := w - 3 - ansi.StringWidth(shown) - 3
	l.Tab(3)
	text := draw.Short(f.Doc, room)
	for i, r := range text {
		ink := body
		if slices.Contains(f.lit, i) {
			ink = t.Focus
		}
		l.Put(ink, string(r))
	}
	return l.Tab(w-1-ansi.StringWidth(shown)).Put(key, shown).String()
}
