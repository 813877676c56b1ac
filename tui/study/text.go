package study

import (
	"strconv"
	"strings"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// text is a page of the selected study in lines, as many of them as there is
// room for.
type text struct {
	*desk
	of    int // the study that top belongs to
	top   int // the line that is seen first
	lines []string
	high  int // the lines that are seen at once; 0 where none are
	cache textCache
}

// Name is what the pane is called.
func (*text) Name() string { return "text" }

// Brief is the same.
func (*text) Brief() string { return "text" }

// There says that every study has notes at least.
func (*text) There() bool { return true }

// Rows has no opinion: figures take the larger part.
func (*text) Rows() int { return 0 }

// Follow begins at the first line of another study.
func (x *text) Follow() {
	if x.of != x.selected {
		x.of, x.top = x.selected, 0
	}
}

// Settle breaks the page into lines and keeps its end at the bottom.
func (x *text) Settle(q pane.Place, seen bool) {
	x.lines, x.high = nil, 0
	if !seen {
		return
	}
	w, h := q.Inner()
	x.high = max(h, 0)
	if h > 0 {
		x.lines = x.cache.of(x.Theme, x.study(), x.seen(), w)
		x.top = max(0, min(x.top, len(x.lines)-h))
	}
}

// Keys scroll.
func (x *text) Keys() []pane.Binding {
	return []pane.Binding{
		{In: Ground, Rank: 80, Keys: []string{"pgup", "pgdown", "home", "end"}, Ways: []pane.Way{pane.On("page-up", "a page up", "pgup"), pane.On("page-down", "a page down", "pgdown"), pane.On("first", "to the first line", "home"), pane.On("last", "to the last line", "end")}, Show: "pgup pgdn home end", Foot: "scroll", Doc: "scroll claims, tables and notes", When: func() bool { return x.high > 0 && len(x.lines) > x.high }, Do: pane.Acts(x.scroll)},
	}
}

func (x *text) scroll(key string) {
	const end = 1 << 30
	x.top += map[string]int{"pgup": 1 - x.high, "pgdown": x.high - 1, "home": -end, "end": end}[key]
}

// Draw shows the part of the text that is seen.
func (x *text) Draw(q pane.Place) []string {
	_, h := q.Inner()
	b := draw.Box{Title: pageNames[x.seen()]}
	if !x.single {
		b.Beside = x.others()
	}
	if rest := len(x.lines) - x.top - h; rest > 0 {
		b.Right = strconv.Itoa(rest) + " more below"
	} else if x.top > 0 {
		b.Right = strconv.Itoa(x.top) + " more above"
	}
	return q.Fill(x.Theme, b, x.lines[x.top:min(len(x.lines), x.top+h)])
}

// others are the pages that are not seen.
func (x *text) others() string {
	var others []string
	for _, p := range x.pages() {
		if p != x.seen() {
			others = append(others, pageNames[p])
		}
	}
	if len(others) == 0 {
		return ""
	}
	return strings.Join(others, " · ")
}
