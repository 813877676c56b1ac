package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// helpScreen lists the keys of the program by what they are about, those of the
// focused pane first, those not valid now dimmed.
type helpScreen struct {
	*shell
	find       string // only keys of which all words of this are said; "" for all
	from, rows int

	whole, wide int // lines without a search, in so many columns

	lines []string // for
	told  told     // this
}

// told is what the lines of the help follow from: whoever reads it does nothing else.
type told struct {
	keys   runs.Digest // which can be done now
	signs  runs.Digest
	find   string
	wide   int
	focus  int
	scheme string
}

// Mode is where the help's own keys are.
func (*helpScreen) Mode() pane.Mode { return pane.Help }

func (m *shell) openHelp() { m.Over = &helpScreen{shell: m} }

// helpSearch is the help while what is looked for in it is typed.
type helpSearch struct {
	*helpScreen
	draw.Input
}

// Mode is where the keys of the search are.
func (*helpSearch) Mode() pane.Mode { return pane.Searching }

// search begins with what was looked for before.
func (h *helpScreen) search() {
	text := []rune(h.find)
	h.Over = &helpSearch{h, draw.Input{Text: text, At: len(text)}}
}

// Typed takes a key in.
func (s *helpSearch) Typed(k tea.KeyMsg) {
	if s.Input.Typed(k) {
		s.find, s.from = s.Input.String(), 0
	}
}

// Draw is the help under what is typed.
func (s *helpSearch) Draw(w, h int) []string {
	inner := min(w-2, 100)
	l := draw.NewLine(inner)
	l.Gap(1).Put(s.Theme.Focus, "/").Gap(1)
	s.Input.Draw(s.Theme, l, inner-l.At()-1)
	if len(s.Text) == 0 {
		l.Gap(1).Put(s.Theme.Dim, draw.FirstFit([]string{"type a key or what it does", "type"}, l.Left()-1))
	}
	return s.draw(w, h, l.String())
}

// Draw shows as many of the lines as fit.
func (h *helpScreen) Draw(w, high int) []string { return h.draw(w, high) }

// draw is the help under some lines that always stay.
func (h *helpScreen) draw(w, high int, above ...string) []string {
	lines := h.helpLines(min(w-2, 100))
	h.rows = len(lines)
	all := len(lines)
	if h.find == "" {
		h.whole, h.wide = all, w
	} else if h.wide != w { // the box stays as large as without a search
		whole := helpScreen{shell: h.shell}
		h.whole, h.wide = len(whole.helpLines(min(w-2, 100))), w
	}
	all = max(all, h.whole)
	high = min(high, all+len(above)+2)
	rows := max(0, min(high-2-len(above), len(lines)))
	h.from = max(0, min(h.from, len(lines)-rows))
	b := draw.Box{Title: "keys", Focused: true}
	if h.version != "" {
		b.Beside = "optwatch " + h.version
	}
	if h.find != "" && len(above) == 0 {
		b.Beside = "with " + strconv.Quote(draw.Clean(h.find))
	}
	if rest := len(lines) - rows - h.from; rest > 0 {
		b.Right = strconv.Itoa(rest) + " more below"
	}
	return b.Draw(h.Theme, append(above, lines[h.from:h.from+rows]...), min(w, 102), high)
}

// section is keys under a heading.
type section struct {
	name string
	keys []*pane.Binding
}

// sections are the keys of the focused pane, then those of each topic, in the order
// in which these are met, then those of no topic.
func (h *helpScreen) sections() []section {
	var all []*pane.Binding
	for i := range h.Keys {
		if b := &h.Keys[i]; h.helped(b) && h.answers(b) {
			all = append(all, b)
		}
	}
	var out []section
	put := func(name string, b *pane.Binding) {
		at := slices.IndexFunc(out, func(s section) bool { return s.name == name })
		if at < 0 {
			at, out = len(out), append(out, section{name: name})
		}
		out[at].keys = append(out[at].keys, b)
	}
	_, name := h.topic()
	for _, b := range all {
		if h.here(b) {
			put("here: "+name, b)
		}
	}
	for _, general := range []bool{false, true} {
		for _, b := range all {
			switch {
			case h.here(b) || (b.Topic == "") != general:
			case general:
				put("anywhere", b)
			default:
				put(string(b.Topic), b)
			}
		}
	}
	return out
}

// answers says whether all words looked for are in a key or in what is said of it.
func (h *helpScreen) answers(b *pane.Binding) bool {
	said := strings.ToLower(b.Show + " " + b.Doc + " " + b.Foot)
	for _, a := range b.Actions() {
		said += " " + strings.ToLower(a.Doc+" "+a.Name)
	}
	for word := range strings.FieldsSeq(strings.ToLower(h.find)) {
		if !strings.Contains(said, word) && !slices.Contains(strings.Fields(b.Show), word) {
			return false
		}
	}
	return true
}

// helpLines are those of the help, kept while nothing changes that they tell of.
func (h *helpScreen) helpLines(w int) []string {
	signs := runs.Begun
	for _, line := range h.program.Signs(w) {
		signs.Text(line)
	}
	if now := (told{h.possible(), signs, h.find, w, h.Focus, h.Theme.Scheme}); h.told != now {
		h.lines, h.told = h.newLines(w), now
	}
	return h.lines
}

// possible is a digest of which keys can be done now, and which the source takes.
func (h *helpScreen) possible() runs.Digest {
	sum := runs.Begun
	for i := range h.Keys {
		b, bits := &h.Keys[i], uint64(0)
		if b.Valid() {
			bits = 1
		}
		if h.Takes(b) {
			bits |= 2
		}
		sum.Add(bits)
	}
	return sum
}

func (h *helpScreen) newLines(w int) []string {
	t, all := h.Theme, h.sections()
	keys := 0
	for _, s := range all {
		for _, b := range s.keys {
			if n := ansi.StringWidth(b.Show); w >= roomyHelp || n <= narrowKeys {
				keys = max(keys, n)
			}
		}
	}
	var lines []string
	for i, s := range all {
		if i == 1 && h.find == "" { // what is seen there is told beside its keys
			lines = append(lines, h.program.Signs(w)...)
		}
		if len(all) > 1 {
			lines = append(lines, draw.NewLine(w).Gap(1).Put(t.Focus, s.name).String())
		}
		for _, b := range s.keys {
			lines = append(lines, h.keyLines(b, keys, w)...)
		}
	}
	if len(lines) == 0 {
		return []string{draw.NewLine(w).Gap(1).Put(t.Dim, "no key here has that").String()}
	}
	if h.find != "" {
		return lines
	}
	if lines = append(lines, h.pointing(w)...); len(all) < 2 {
		lines = append(append(lines, ""), h.program.Signs(w)...)
	}
	return lines
}

// pointing says in the help what the mouse does, in w columns.
func (h *helpScreen) pointing(w int) []string {
	if !h.pointed {
		return nil
	}
	t := h.Theme
	lines := []string{draw.NewLine(w).Gap(1).Put(t.Focus, "mouse").String()}
	for _, s := range [][2]string{
		{"click", "focuses a pane and selects in it; in a focused chart, puts the value cursor there; in the last line, does what is said there"},
		{"wheel", "scrolls or selects; over a chart, zooms the x-axis about the pointer"},
		{"drag", "pans a zoomed chart"},
		{"shift", "held down, leaves the mouse to the terminal, which selects text with it; --no-mouse does so always"},
	} {
		for i, text := range draw.Wrap(s[1], max(8, w-10)) {
			l := draw.NewLine(w)
			l.Gap(1)
			if i == 0 {
				l.Put(t.Strong, s[0])
			}
			lines = append(lines, l.Tab(8).Put(t.Text, strings.TrimSpace(text)).String())
		}
	}
	return lines
}

// A narrower help than roomyHelp has the room for keys of narrowKeys columns: those
// that take more have a line of their own.
const roomyHelp, narrowKeys = 58, 9

// keyLines are a binding beside the room for keys.
func (h *helpScreen) keyLines(b *pane.Binding, keys, w int) []string {
	t := h.Theme
	key, doc := t.Strong, t.Text
	if !b.Valid() {
		key, doc = t.Faint, t.Faint
	}
	var lines []string
	wide := ansi.StringWidth(b.Show) > keys
	if wide {
		lines = append(lines, draw.NewLine(w).Gap(1).Put(key, b.Show).String())
	}
	for i, s := range draw.Wrap(b.Doc, max(8, w-keys-4)) {
		l := draw.NewLine(w)
		l.Gap(1)
		if i == 0 && !wide {
			l.Put(key, b.Show)
		}
		lines = append(lines, l.Tab(keys+3).Put(doc, s).String())
	}
	return lines
}

// helped says whether the help lists a binding: those of this screen, without
// those that drive what the source does not let itself be driven.
func (m *shell) helped(b *pane.Binding) bool {
	return (b.In == pane.Everywhere || m.Keys.Reached(b, m.grounds()...)) && m.Takes(b)
}

// Scroll moves by lines.
func (h *helpScreen) Scroll(by int) { h.from = max(0, min(h.from+by, h.rows-1)) }

func (m *shell) scrollHelp(key string) {
	m.Over.(pane.Scroller).Scroll(map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 8, "pgup": -8}[key])
}
