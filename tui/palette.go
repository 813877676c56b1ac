package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// palette is the overlay in which an action is found by what it does. It lists
// those of the key table that may be done now, and nothing else.
type palette struct {
	*shell
	draw.Input
	at, top, rows int // the action selected, the first that is seen, the lines for them
	more          int // lines of the selected one after its first

	can     []match // all that can be done, and
	answers []match // what of it answers to
	asked   asked   // this
}

// asked is what the actions found depend on while a palette is open.
type asked struct {
	snap *view.Snapshot
	text string
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
	if now := (asked{p.Snap, p.String()}); p.asked != now || p.can == nil {
		p.asked, p.can = now, p.actions()
		p.answers = answering(p.can, strings.Fields(now.text))
		if to := p.destination(); to != nil {
			first := 0
			if len(p.answers) > 0 && slices.Contains(p.answers[0].keys, now.text) {
				first = 1 // after what the number is the key of
			}
			p.answers = slices.Insert(slices.Clone(p.answers), first, *to)
		}
	}
	return p.answers
}

// destination is to go to the place that was typed, under the key that asks for one;
// nil where no place was, or where there is nowhere to go.
func (p *palette) destination() *match {
	q, ok := p.program.(pane.Traveller)
	at := slices.IndexFunc(p.can, func(f match) bool { return f.Name == goTo })
	if !ok || at < 0 {
		return nil
	}
	name, to, ok := q.Destination(p.String())
	if !ok {
		return nil
	}
	f := match{keys: p.can[at].keys}
	f.Action = pane.Action{Of: &pane.Binding{Do: pane.Does(to)}, Way: pane.Way{Name: goTo, Doc: "go to " + name, Keys: f.keys}}
	return &f
}

// goTo is the name of the action that asks for a place.
const goTo = "go-to"

// answering are those of some actions that answer to words, the best first.
func answering(all []match, words []string) []match {
	if len(words) == 0 {
		return all
	}
	var out []match
	for _, f := range all {
		if f.fits(words) {
			if slices.Contains(f.keys, words[0]) && len(words) == 1 {
				f.score += 2 * pane.Literal
			}
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b match) int { return b.score - a.score })
	return out
}

// fits says whether an action has all words, or the letters of them in order, in
// what it does, in its name or as its key, and keeps how well.
func (f *match) fits(words []string) bool {
	for _, w := range words {
		doc, name := pane.Find(w, f.Doc), pane.Find(w, strings.ReplaceAll(f.Name, "-", " "))
		if doc == nil && name == nil && !slices.Contains(f.keys, w) {
			return false
		}
		if doc != nil {
			f.lit = append(f.lit, doc.At...)
		}
		switch {
		case doc != nil && (name == nil || doc.Score >= name.Score):
			f.score += doc.Score
		case name != nil:
			f.score += name.Score
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
	row, selected := y-above, p.at-p.top
	if row < 0 || row >= p.rows {
		return ""
	}
	if row > selected {
		row = max(selected, row-p.more)
	}
	if p.top+row >= len(p.found()) {
		return ""
	}
	p.at = p.top + row
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
	most := 16
	if h <= most+6 { // a row above and one below would show a border of what lies under it
		most = h - 4
	}
	p.rows = max(1, min(len(p.can), h-4, most)) // however few are found: the box stays as it is
	p.at = max(0, min(p.at, len(all)-1))
	if p.more = 0; len(all) > 0 {
		p.more = min(p.rows, len(draw.Wrap(all[p.at].Doc, all[p.at].room(inner)))) - 1
	}
	rows := p.rows - p.more
	p.top = max(0, min(max(p.top, p.at-rows+1), p.at, len(all)-rows))
	entry := draw.NewLine(inner)
	entry.Gap(1).Put(t.Focus, ":").Gap(1)
	p.Input.Draw(t, entry, inner-entry.At()-1)
	if p.String() == "" {
		entry.Gap(1).Put(t.Dim, draw.FirstFit([]string{"type what you want to do", "type"}, entry.Left()-1))
	}
	lines := []string{entry.String(), t.Border.Paint(strings.Repeat("─", max(0, inner)))}
	for i := p.top; i < min(len(all), p.top+rows); i++ {
		lines = append(lines, p.lines(&all[i], i == p.at, inner)...)
	}
	if len(all) == 0 {
		lines = append(lines, draw.NewLine(inner).Gap(3).Put(t.Dim, "no action that can be done now").String())
	}
	b := draw.Box{Title: "actions", Beside: "that can be done now", Focused: true}
	if len(all) > rows {
		b.Right = strconv.Itoa(p.at+1) + " of " + strconv.Itoa(len(all))
	}
	return b.Draw(t, lines, inner+2, min(h, p.rows+4))
}

// shown are the keys that reach an action, as people write them.
func (f *match) shown() string {
	names := make([]string, len(f.keys))
	for i, k := range f.keys {
		names[i] = pane.KeyName(k)
	}
	return strings.Join(names, " ")
}

// room is that for what an action does, beside its keys in w columns.
func (f *match) room(w int) int { return max(1, w-3-ansi.StringWidth(f.shown())-3) }

// inkOf is the first ink for what was typed, and else the second.
func inkOf(lit bool, typed, body draw.Ink) draw.Ink {
	if lit {
		return typed
	}
	return body
}

// lines are an action and its key: a line, or as many as it takes to say all of the
// selected one.
func (p *palette) lines(f *match, selected bool, w int) []string {
	t := p.Theme
	body, key, sign := t.Text, t.Dim, ""
	texts := []string{draw.Short(f.Doc, f.room(w))}
	if selected {
		body, key, sign = t.Strong, t.Strong, " ▸"
		texts = draw.Wrap(f.Doc, f.room(w))[:p.more+1]
	}
	out, from := make([]string, len(texts)), 0
	for i, text := range texts {
		l := draw.NewLine(w)
		if i == 0 {
			l.Put(t.Strong, sign)
		}
		l.Tab(3)
		begun, lit := 0, false
		for at := range text {
			if now := slices.Contains(f.lit, from+at); now != lit {
				l.Put(inkOf(lit, t.Focus, body), text[begun:at])
				begun, lit = at, now
			}
		}
		l.Put(inkOf(lit, t.Focus, body), text[begun:])
		if i == 0 {
			shown := f.shown()
			l.Tab(w-1-ansi.StringWidth(shown)).Put(key, shown)
		}
		if from += len(text); from < len(f.Doc) && f.Doc[from] == ' ' { // at which it was broken
			from++
		}
		out[i] = l.String()
	}
	return out
}
