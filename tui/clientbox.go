package tui

import (
	"fmt"
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/draw"
)

func (m *model) clientBox(q placed, r *train.RunView, f *train.FederatedView) draw.Box {
	b := draw.Box{Title: heading(r, f, q.w-6), Focused: m.focus == paneClients, Right: m.clientPlace()}
	others, turns := m.behind(q)
	if turns {
		b.Title = strconv.Itoa(int(paneClients)+1) + " " + b.Title
	}
	b.Pending = m.pendingSettings(r, f)
	room := q.w - 9 - ansi.StringWidth(b.Title)
	if b.Pending != "" {
		room -= ansi.StringWidth(b.Pending) + 1
	}
	settings, partition := settingsText(f), draw.Clean(f.Partition)
	answered := ""
	if f.Underway {
		answered = draw.Grouped(int64(f.Answered)) + " answered"
	}
	for _, s := range []string{
		draw.Join(others, answered, settings, partition), draw.Join(answered, settings, partition), draw.Join(settings, partition), settings, others,
	} {
		if ansi.StringWidth(s) <= room && s != "" {
			b.Beside = s
			break
		}
	}
	b.Left = m.refusals(f, q.w-ansi.StringWidth(b.Right)-9)
	return b
}

// clientTitle is what the frame says, where there is none.
func (m *model) clientTitle(r *train.RunView, f *train.FederatedView, w int) string {
	l, place := draw.NewLine(w), m.clientPlace()
	l.Gap(1).Put(m.theme.Strong, heading(r, f, w-2))
	for _, s := range []draw.Piece{{Ink: m.theme.Warn, Texts: []string{m.pendingSettings(r, f)}}, {Ink: m.theme.Dim, Texts: []string{settingsText(f)}}} {
		if n := ansi.StringWidth(s.Texts[0]); n > 0 && l.At()+n+4+ansi.StringWidth(place) < w {
			l.Gap(2).Put(s.Ink, s.Texts[0])
		}
	}
	if at := w - 1 - ansi.StringWidth(place); at > l.At()+1 {
		l.Tab(at).Put(m.theme.Dim, place)
	}
	return l.String()
}

// heading is the run, its round and how many of its clients take part in it.
func heading(r *train.RunView, f *train.FederatedView, w int) string {
	name := draw.Short(draw.Clean(r.Name), 24)
	cohort := draw.Grouped(int64(f.Cohort)) + " of " + draw.Grouped(int64(len(f.Clients)))
	return draw.FirstFit([]string{
		draw.Join(name, roundText(f, true), cohort+" clients"), draw.Join(name, roundText(f, true), cohort), draw.Join(name, roundText(f, false)),
	}, w)
}

// roundNow is the round under way, or else the last one that was finished.
func roundNow(f *train.FederatedView) int64 {
	if f.Underway {
		return int64(f.Round) + 1
	}
	return int64(f.Round)
}

// roundText is a federation's round, in full with its limit and its attempt.
func roundText(f *train.FederatedView, full bool) string {
	text := "round " + draw.Grouped(roundNow(f))
	if full && f.Limit > 0 {
		text += "/" + draw.Grouped(int64(f.Limit))
	}
	if full && f.Underway && f.Attempt > 1 {
		text += ", attempt " + strconv.Itoa(f.Attempt)
	}
	return text
}

// settingsText are the settings of a round that keys change.
func settingsText(f *train.FederatedView) string {
	text := fmt.Sprintf("E %d", f.Epochs)
	if !math.IsNaN(f.Mu) {
		text = draw.Join(text, "μ "+draw.Number(f.Mu, 3))
	}
	return text
}

// clientPlace says how the clients are sorted, and which are seen of how many.
func (m *model) clientPlace() string {
	n := 0
	if m.roster.view != nil {
		n = len(m.roster.view.Clients)
	}
	rows := m.clientRows()
	place := ""
	if n > rows {
		from := int64(m.roster.top)
		place = draw.Grouped(from+1) + "–" + draw.Grouped(min(from+int64(rows), int64(n))) + " of " + draw.Grouped(int64(n))
	}
	return draw.Join(clientOrderNames[m.roster.sorted], place)
}
