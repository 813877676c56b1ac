package clients

import (
	"fmt"
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// box is the frame: which run and round it is, what is about to change, and
// beside that as much of the settings as there is room for.
func (c *Clients) box(r *view.Run, q pane.Place) draw.Box {
	f := c.federation
	b := draw.Box{Title: heading(r, f, q.W-6), Focused: q.Focused, Right: c.placeText(q), Pending: c.pendingSettings(r)}
	if q.Number > 0 {
		b.Title = strconv.Itoa(q.Number) + " " + b.Title
	}
	room := q.W - 9 - ansi.StringWidth(b.Title)
	if b.Pending != "" {
		room -= ansi.StringWidth(b.Pending) + 1
	}
	settings, partition := settingsText(f), draw.Clean(f.Partition)
	answered := ""
	if f.Underway {
		answered = draw.Grouped(int64(f.Answered)) + " answered"
	}
	for _, s := range []string{
		draw.Join(q.Others, answered, settings, partition), draw.Join(answered, settings, partition), draw.Join(settings, partition), settings, q.Others,
	} {
		if ansi.StringWidth(s) <= room && s != "" {
			b.Beside = s
			break
		}
	}
	b.Left = c.refusals(f, q.W-ansi.StringWidth(b.Right)-9)
	return b
}

// title is what the frame says, where there is none.
func (c *Clients) title(r *view.Run, q pane.Place) string {
	l, place := draw.NewLine(q.W), c.placeText(q)
	l.Gap(1).Put(c.Theme.Strong, heading(r, c.federation, q.W-2))
	for _, s := range []draw.Piece{{Ink: c.Theme.Warn, Texts: []string{c.pendingSettings(r)}}, {Ink: c.Theme.Dim, Texts: []string{settingsText(c.federation)}}} {
		if n := ansi.StringWidth(s.Texts[0]); n > 0 && l.At()+n+4+ansi.StringWidth(place) < q.W {
			l.Gap(2).Put(s.Ink, s.Texts[0])
		}
	}
	if at := q.W - 1 - ansi.StringWidth(place); at > l.At()+1 {
		l.Tab(at).Put(c.Theme.Dim, place)
	}
	return l.String()
}

// heading is the run, its round and how many of its clients take part in it.
func heading(r *view.Run, f *view.Federation, w int) string {
	name := draw.Short(draw.Clean(r.Name), 24)
	cohort := draw.Grouped(int64(f.Cohort)) + " of " + draw.Grouped(int64(len(f.Clients)))
	return draw.FirstFit([]string{
		draw.Join(name, roundText(f, true), cohort+" clients"), draw.Join(name, roundText(f, true), cohort), draw.Join(name, roundText(f, false)),
	}, w)
}

// roundText is a federation's round, in full with its limit and its attempt.
func roundText(f *view.Federation, full bool) string {
	text := "round " + draw.Grouped(runs.RoundNow(f))
	if full && f.Limit > 0 {
		text += "/" + draw.Grouped(int64(f.Limit))
	}
	if full && f.Underway && f.Attempt > 1 {
		text += ", attempt " + strconv.Itoa(f.Attempt)
	}
	return text
}

// settingsText are the settings of a round that keys change.
func settingsText(f *view.Federation) string {
	text := fmt.Sprintf("E %d", f.Epochs)
	if !math.IsNaN(f.Mu) {
		text = draw.Join(text, "μ "+draw.Number(f.Mu, 3))
	}
	return text
}

// placeText says how the clients are sorted, and which are seen of how many.
func (c *Clients) placeText(q pane.Place) string {
	n, rows := len(c.federation.Clients), c.rowsIn(q)
	place := ""
	if n > rows {
		from := int64(c.top)
		place = draw.Grouped(from+1) + "–" + draw.Grouped(min(from+int64(rows), int64(n))) + " of " + draw.Grouped(int64(n))
	}
	return draw.Join(orderNames[c.sorted], place)
}
