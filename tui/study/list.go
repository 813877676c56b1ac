package study

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// list is the studies one below the other.
type list struct{ *desk }

// Name is what the pane is called.
func (*list) Name() string { return "studies" }

// Brief is the same.
func (*list) Brief() string { return "studies" }

// There says whether there is a choice.
func (l *list) There() bool { return len(l.studies()) > 1 }

// Rows has no opinion: the list is as high as the figures beside it.
func (*list) Rows() int { return 0 }

// Follow goes to the study under way, unless the user has chosen one.
func (l *list) Follow() {
	if i := l.underway(); i >= 0 && !l.fixed {
		l.selected = i
	}
	l.selected = max(0, min(l.selected, len(l.studies())-1))
}

// Settle has nothing to do: the selected study is always in sight.
func (*list) Settle(pane.Place, bool) {}

// Keys choose a study.
func (l *list) Keys() []pane.Binding {
	return []pane.Binding{
		{In: Ground, Rank: 10, Keys: []string{"j", "k", "down", "up"}, Ways: []pane.Way{pane.On("next", "the next study", "j", "down"), pane.On("previous", "the study before", "k", "up")}, Show: "j k ↑ ↓", Foot: "study", Doc: "another study", When: l.There, Do: pane.Acts(l.move)},
		{In: Ground, Rank: 20, Name: "follow", Keys: []string{"f"}, Show: "f", Foot: "follow", Doc: "the study under way again, and the next when it has ended", When: func() bool { return l.fixed && l.underway() >= 0 }, Do: pane.Does(func() { l.fixed = false })},
	}
}

func (l *list) move(key string) {
	by := 1
	if key == "k" || key == "up" {
		by = -1
	}
	l.fixed = true
	l.selected = max(0, min(l.selected+by, len(l.studies())-1))
}

// Draw shows as many studies as there is room for, about the selected one.
func (l *list) Draw(q pane.Place) []string {
	w, h := q.Inner()
	n := len(l.studies())
	from := l.first(h)
	var lines []string
	for i := from; i < min(n, from+h); i++ {
		lines = append(lines, l.row(i, w))
	}
	b := draw.Box{Title: "studies", Right: "evaluations"}
	if n > h {
		b.Beside = strconv.Itoa(n) + " in all"
	}
	return q.Fill(l.Theme, b, lines)
}

// first is the first study that is seen in h rows.
func (l *list) first(h int) int { return max(0, min(l.selected-h/2, len(l.studies())-h)) }

// row is a study with how it stands, and what it has taken.
func (l *list) row(i, w int) string {
	t, s := l.Theme, &l.studies()[i]
	sign, k := signOf(t, s)
	line, body := draw.NewLine(w), t.Text
	if i == l.selected {
		body = t.Strong
		line.Put(t.Strong, " ▸")
	}
	line.Tab(3).Put(k, sign).Gap(1).Put(body, draw.Short(draw.Clean(s.Name), w-20))
	state := ""
	switch {
	case s.State == study.Underway:
		state = shareText(s.Share)
	case s.State == study.Failed && len(s.Refuted()) > 0:
		state = strconv.Itoa(len(s.Refuted())) + " " + study.Refuted.String()
	case s.State != study.Done:
		state = s.State.String()
	}
	evals := ""
	if s.Evals > 0 {
		evals = draw.SI(float64(s.Evals))
	}
	line.Tab(w-7-ansi.StringWidth(state)).Put(k, state)
	return line.Tab(w-1-ansi.StringWidth(evals)).Put(t.Dim, evals).String()
}
