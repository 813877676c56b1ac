package clients

import (
	"fmt"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// joiningMode is the mode of keys while it is looked at who wants to join.
const joiningMode pane.Mode = "clients that join"

// door is the overlay that shows the line to join by and who waits to be let in.
type door struct {
	*pane.Screen
	key string // of the selected one
	at  int    // its place among those who wait
	top int    // the first who is seen
}

var _ pane.Overlay = (*door)(nil)

// Mode is where the keys go.
func (d *door) Mode() pane.Mode { return joiningMode }

// doorKeys are the keys of the overlay, and the one that opens it.
func (c *Clients) doorKeys() []pane.Binding {
	sends := []view.CommandKind{view.Admit, view.TurnAway, view.NewLine}
	on := func(k view.CommandKind) func() bool {
		return func() bool { d, open := c.Over.(*door); return open && d.selected() != nil && c.Accepts(k) }
	}
	return []pane.Binding{
		{In: pane.Main, Topic: pane.OnClients, Rank: 75, Name: "joining", Keys: []string{"J"}, Sends: sends, Show: "J", Word: c.joinWord, Doc: "how clients join, and who waits to be let in", When: func() bool { return c.Accepts(view.Admit) && c.Snap.Joining != nil }, Do: pane.Does(c.openDoor)},
		{In: joiningMode, Rank: 10, Name: "let-in", Keys: []string{"a", "enter"}, Sends: sends, Show: "a", Foot: "let in", Doc: "let in the selected client: compare its fingerprint first", When: on(view.Admit), Do: pane.Does(func() { c.decide(view.Admit) })},
		{In: joiningMode, Rank: 20, Name: "turn-away", Keys: []string{"x"}, Sends: sends, Show: "x", Foot: "turn away", Doc: "turn it away", When: on(view.TurnAway), Do: pane.Does(func() { c.decide(view.TurnAway) })},
		{In: joiningMode, Rank: 30, Name: "new-line", Keys: []string{"n"}, Sends: sends, Show: "n", Foot: "new line", Doc: "a new line to join by: the one before is of no use any more", When: func() bool { return c.Accepts(view.NewLine) }, Do: pane.Does(func() { c.Send(view.Command{Kind: view.NewLine}) })},
		{In: joiningMode, Rank: 40, Keys: []string{"j", "k", "down", "up"}, Ways: []pane.Way{pane.On("next", "select the next who waits", "j", "down"), pane.On("previous", "select the one before", "k", "up")}, Show: "j k ↑ ↓", Doc: "select another who waits", Do: pane.Acts(c.moveAtDoor)},
		{In: joiningMode, Rank: 50, Name: "close", Keys: []string{"esc", "q", "J"}, Show: "esc", Foot: "close", Doc: "close", Do: pane.Does(c.Close)},
	}
}

// joinWord is the word of the key that opens the door, with how many wait there;
// "" where nobody does and all are in.
func (c *Clients) joinWord() string {
	switch j := c.Snap.Joining; {
	case j == nil:
		return ""
	case len(j.Waiting) > 0:
		return "let in (" + draw.Grouped(int64(len(j.Waiting))) + ")"
	case j.There < j.Clients:
		return "join"
	}
	return ""
}

func (c *Clients) openDoor() { c.Over = &door{Screen: c.Screen} }

// selected is who waits and is selected; nil where nobody waits. One who is gone
// leaves the selection to the next.
func (d *door) selected() *view.Applicant {
	j := d.Snap.Joining
	if j == nil || len(j.Waiting) == 0 {
		return nil
	}
	for i := range j.Waiting {
		if j.Waiting[i].Key == d.key {
			return &j.Waiting[i]
		}
	}
	return &j.Waiting[max(0, min(d.at, len(j.Waiting)-1))]
}

// place is where the selected one is among those who wait.
func (d *door) place() int {
	s := d.selected()
	for i := range d.Snap.Joining.Waiting {
		if &d.Snap.Joining.Waiting[i] == s {
			return i
		}
	}
	return 0
}

func (c *Clients) moveAtDoor(key string) {
	d, open := c.Over.(*door)
	if !open || d.selected() == nil {
		return
	}
	by := 1
	if key == "k" || key == "up" {
		by = -1
	}
	d.at = max(0, min(d.place()+by, len(d.Snap.Joining.Waiting)-1))
	d.key = d.Snap.Joining.Waiting[d.at].Key
}

// decide lets the selected one in or turns it away, and goes on to the next. That is
// who was drawn as selected: one who comes or goes meanwhile puts nobody in its place.
func (c *Clients) decide(kind view.CommandKind) {
	d := c.Over.(*door)
	s, at := d.selected(), d.place()
	if s.Key == d.key && c.Send(view.Command{Kind: kind, Key: s.Key}) {
		d.at, d.key = at, ""
	}
}

// Draw shows the line without a border beside it, so that it can be copied: where
// it takes several, all but the last end so that a shell goes on.
func (d *door) Draw(w, h int) []string {
	t, j := d.Theme, d.Snap.Joining
	if j == nil {
		return nil
	}
	title := fmt.Sprintf(" %s of %s clients are there ", draw.Grouped(int64(j.There)), draw.Grouped(int64(j.Clients)))
	lines := []string{d.rule(w, title, "at "+draw.Clean(j.Address)), draw.NewLine(w).String()}
	if j.Line != "" {
		left := "the secret in it has no end"
		if !j.Expires.IsZero() && !d.Now.IsZero() {
			left = "good for " + draw.Age(max(0, j.Expires.Sub(d.Now)))
			if !j.Expires.After(d.Now) {
				left = "no good any more: n makes a new one"
			}
		}
		lines = append(lines, draw.NewLine(w).Gap(1).Put(t.Dim, draw.FirstFit([]string{"On another machine (" + left + "):", left + ":"}, w-2)).String(), draw.NewLine(w).String())
		parts := chunks(draw.Clean(j.Line), w-1)
		for i, part := range parts {
			if i < len(parts)-1 {
				part += `\`
			}
			lines = append(lines, draw.NewLine(w).Put(t.Strong, part).String())
		}
		lines = append(lines, draw.NewLine(w).String())
	}
	foot := []string{d.rule(w, "", "")}
	if refused := refusedText(j.Refused); refused != "" {
		foot = append([]string{draw.NewLine(w).Gap(1).Put(t.Warn, draw.Short("refused: "+refused, w-2)).String()}, foot...)
	}
	if n := len(j.Waiting); n > 0 {
		lines = append(lines, draw.NewLine(w).Gap(1).Put(t.Warn, draw.Grouped(int64(n))+waitsWord(n)+" to be let in:").String())
	}
	lines = append(lines, d.applicants(w, max(1, h-len(lines)-len(foot)))...)
	return draw.Block(append(lines, foot...), w, min(h, len(lines)+len(foot)))
}

// rule is a line across the screen with texts in it.
func (d *door) rule(w int, left, right string) string {
	l := draw.NewLine(w)
	l.Put(d.Theme.Focus, "──").Put(d.Theme.Strong, draw.Short(left, w-4))
	if n := len([]rune(right)); n > 0 && l.At()+n+6 < w {
		l.Put(d.Theme.Focus, strings.Repeat("─", w-n-4-l.At())).Gap(1).Put(d.Theme.Dim, right).Gap(1)
	}
	return l.Put(d.Theme.Focus, strings.Repeat("─", max(0, w-l.At()))).String()
}

// applicants are those who wait, as many as there is room for, the selected one
// among them.
func (d *door) applicants(w, rows int) []string {
	t, waiting := d.Theme, d.Snap.Joining.Waiting
	if len(waiting) == 0 {
		return []string{draw.NewLine(w).Gap(1).Put(t.Dim, draw.Short("Nobody waits to be let in.", w-2)).String()}
	}
	at := d.place()
	d.at, d.key = at, waiting[at].Key
	d.top = max(0, min(max(min(d.top, at), at-rows+1), len(waiting)-rows))
	var lines []string
	for i := d.top; i < min(len(waiting), d.top+rows); i++ {
		a := &waiting[i]
		l, ink := draw.NewLine(w), t.Text
		if i == at {
			l.Put(t.Strong, " ▸")
			ink = t.Strong
		}
		l.Tab(3).Put(ink, draw.Short(draw.Clean(a.Key), 24)).Gap(2)
		more := draw.Join(machineText(a.Name, a.Host), draw.Clean(a.Version))
		if a.Examples > 0 {
			more = draw.Join(more, draw.Grouped(int64(a.Examples))+" examples of its own")
		}
		lines = append(lines, l.Put(ink, draw.Short(more, max(0, l.Left()-1))).String())
	}
	return lines
}

// refusedText are reasons with their counts.
func refusedText(refused []view.Refusal) string {
	var out []string
	for _, r := range refused {
		if r.Count > 0 {
			out = append(out, draw.Grouped(int64(r.Count))+" "+draw.Clean(r.Reason))
		}
	}
	return strings.Join(out, ", ")
}
