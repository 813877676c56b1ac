package tui

import (
	"fmt"
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
)

func (m *model) clientBox(q placed, r *train.RunView, f *train.FederatedView) box {
	b := box{title: heading(r, f, q.w-6), focused: m.focus == paneClients, right: m.clientPlace()}
	others, turns := m.behind(q)
	if turns {
		b.title = strconv.Itoa(int(paneClients)+1) + " " + b.title
	}
	b.pending = m.pendingSettings(r, f)
	room := q.w - 9 - ansi.StringWidth(b.title)
	if b.pending != "" {
		room -= ansi.StringWidth(b.pending) + 1
	}
	settings, partition := settingsText(f), clean(f.Partition)
	answered := ""
	if f.Underway {
		answered = grouped(int64(f.Answered)) + " answered"
	}
	for _, s := range []string{
		joined(others, answered, settings, partition), joined(answered, settings, partition), joined(settings, partition), settings, others,
	} {
		if ansi.StringWidth(s) <= room && s != "" {
			b.beside = s
			break
		}
	}
	b.left = m.refusals(f, q.w-ansi.StringWidth(b.right)-9)
	return b
}

// clientTitle is what the frame says, where there is none.
func (m *model) clientTitle(r *train.RunView, f *train.FederatedView, w int) string {
	l, place := newLine(w), m.clientPlace()
	l.gap(1).put(m.theme.strong, heading(r, f, w-2))
	for _, s := range []piece{{ink: m.theme.warn, texts: []string{m.pendingSettings(r, f)}}, {ink: m.theme.dim, texts: []string{settingsText(f)}}} {
		if n := ansi.StringWidth(s.texts[0]); n > 0 && l.at+n+4+ansi.StringWidth(place) < w {
			l.gap(2).put(s.ink, s.texts[0])
		}
	}
	if at := w - 1 - ansi.StringWidth(place); at > l.at+1 {
		l.tab(at).put(m.theme.dim, place)
	}
	return l.String()
}

// heading is the run, its round and how many of its clients take part in it.
func heading(r *train.RunView, f *train.FederatedView, w int) string {
	name := short(clean(r.Name), 24)
	cohort := grouped(int64(f.Cohort)) + " of " + grouped(int64(len(f.Clients)))
	return firstThatFits([]string{
		joined(name, roundText(f, true), cohort+" clients"), joined(name, roundText(f, true), cohort), joined(name, roundText(f, false)),
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
	text := "round " + grouped(roundNow(f))
	if full && f.Limit > 0 {
		text += "/" + grouped(int64(f.Limit))
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
		text = joined(text, "μ "+number(f.Mu, 3))
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
		place = grouped(from+1) + "–" + grouped(min(from+int64(rows), int64(n))) + " of " + grouped(int64(n))
	}
	return joined(clientOrderNames[m.roster.sorted], place)
}
