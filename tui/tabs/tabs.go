// Package tabs is the line that names the panes of a screen of which only one is shown.
package tabs

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// Bar is the tabs of the panes that are there.
type Bar struct {
	Theme *draw.Theme
	Panes []pane.Pane
	Focus int // a position among them
}

// Draw is the tabs as a line of w columns.
func (q Bar) Draw(w int) string {
	var line *draw.Line
	q.each(w, func(l *draw.Line, _ int, put func()) {
		line = l
		put()
	})
	return line.String()
}

// At is the pane whose tab is in a column of the line of w; -1 where none is.
func (q Bar) At(x, w int) int {
	found := -1
	q.each(w, func(l *draw.Line, p int, put func()) {
		from := l.At()
		if put(); x >= from && x < l.At() && found < 0 {
			found = p
		}
	})
	return found
}

// each goes through the tabs of the panes that are there; put puts one into the line.
func (q Bar) each(w int, do func(l *draw.Line, p int, put func())) {
	t := q.Theme
	l := draw.NewLine(w)
	names := q.names(w)
	for p := range q.Panes {
		if !q.Panes[p].There() {
			continue
		}
		k := t.Dim
		if p == q.Focus {
			k = t.Chosen
		}
		label := strconv.Itoa(p + 1)
		if names[p] != "" {
			label += " " + names[p]
		}
		switch {
		case t.Chosen.On == "" && p == q.Focus:
			label = "[" + label + "]"
		case p == q.Focus:
			label = " " + label + " "
		case l.At() > 0:
			l.Gap(1)
			label += " "
		default:
			label = " " + label + " "
		}
		do(l, p, func() { l.Put(k, label) })
	}
}

// Abbreviated is a pane whose name has a shorter form that is still read as it.
type Abbreviated interface{ Abbreviation() string }

// names are as long as there is room for. Where there is little, the longest are
// abbreviated first, and that of the focused pane last; where that is not enough they are
// cut, and where there is hardly any, the focused one alone has a name.
func (q Bar) names(w int) []string {
	names, there := make([]string, len(q.Panes)), 0
	for p := range names {
		names[p] = q.Panes[p].Name()
		if q.Panes[p].There() {
			there++
		}
	}
	room := w - 4*there
	if q.longer(names, room) {
		for p := range names {
			names[p] = q.Panes[p].Brief()
		}
	}
	q.abbreviate(names, room)
	const longName, leastName = 12, 3
	for _, focused := range []bool{false, true} {
		for most := longName; most >= leastName && q.longer(names, room); most-- {
			for p := range names {
				if (p == q.Focus) == focused {
					names[p] = strings.TrimSpace(ansi.Truncate(names[p], most, ""))
				}
			}
		}
	}
	if q.longer(names, room) {
		names[q.Focus] = q.Panes[q.Focus].Brief()
		for p := range names {
			if p != q.Focus {
				names[p] = ""
			}
		}
	}
	return names
}

// abbreviate makes names shorter, one after the other, until they have room. Those that
// would then be alike stay as they are.
func (q Bar) abbreviate(names []string, room int) {
	short := make([]string, len(names))
	for p := range names {
		short[p] = q.abbreviation(p, names[p])
	}
	alike := func(p int) bool {
		return slices.Contains(short[:p], short[p]) || slices.Contains(short[p+1:], short[p])
	}
	for _, focused := range []bool{false, true} {
		for q.longer(names, room) {
			longest := -1
			for p := range names {
				if (p == q.Focus) == focused && q.Panes[p].There() && short[p] != names[p] && !alike(p) &&
					(longest < 0 || ansi.StringWidth(names[p]) > ansi.StringWidth(names[longest])) {
					longest = p
				}
			}
			if longest < 0 {
				break
			}
			names[longest] = short[longest]
		}
	}
}

// abbreviation is that of a pane, or of a name of several words the last one: val acc is
// acc, and train/loss is loss. A difference has no blanks.
func (q Bar) abbreviation(p int, name string) string {
	if short, ok := q.Panes[p].(Abbreviated); ok {
		return short.Abbreviation()
	}
	if strings.Contains(name, " − ") {
		return strings.ReplaceAll(name, " − ", "−")
	}
	if at := strings.LastIndexAny(name, " /"); at >= 0 && at+1 < len(name) {
		return name[at+1:]
	}
	return name
}

// longer says whether the names of the panes that are there take more columns.
func (q Bar) longer(names []string, room int) bool {
	for p, s := range names {
		if q.Panes[p].There() {
			room -= ansi.StringWidth(s)
		}
	}
	return room < 0
}
