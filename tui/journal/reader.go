package journal

import (
	"strconv"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// reader is the overlay that shows the selected line whole.
type reader struct {
	*Journal
	place string // on the curves
}

const reading pane.Mode = "line of the log"

// Mode is where its keys are.
func (*reader) Mode() pane.Mode { return reading }

// CanRead says whether there is a line.
func (j *Journal) CanRead() bool { return len(j.lines) > 0 }

// Read shows the selected line whole, and moves the value cursor to its place.
func (j *Journal) Read() {
	r := &reader{Journal: j}
	r.turn("")
	j.Over = r
}

// turn goes on to another line.
func (r *reader) turn(key string) {
	r.Move(map[string]int{"j": 1, "down": 1, "k": -1, "up": -1}[key])
	r.hold()
	e := r.lines[r.at]
	if len(e.names) > 0 {
		e.Run = e.names[0]
	}
	r.place = r.seek(&e.Event)
}

// hold keeps the selection on the line that is read, whatever happens meanwhile.
func (j *Journal) hold() { j.stays, j.held = true, j.lines[j.at] }

// Keys are the lines that the pane adds to the key table.
func (j *Journal) Keys() []pane.Binding {
	open := func() *reader { r, _ := j.Over.(*reader); return r }
	leave := func() {
		j.stays = j.at < len(j.lines)-1
		j.Close()
	}
	return []pane.Binding{
		{In: reading, Rank: 1300, Keys: []string{"j", "k", "down", "up"}, Ways: []pane.Way{pane.On("line-next", "the next line", "j", "down"), pane.On("line-previous", "the line before", "k", "up")}, Show: "j k ↑ ↓", Foot: "next line", Doc: "the next or previous line", When: j.CanRead, Do: pane.Acts(func(key string) { open().turn(key) })},
		{In: reading, Rank: 1310, Name: "line-close", Keys: []string{"enter", "esc", "q"}, Show: "esc", Foot: "close", Doc: "close; the value cursor stays", Do: pane.Does(leave)},
		{In: filtering, Rank: 1320, Name: "lines-keep", Keys: []string{"enter"}, Show: "enter", Foot: "keep", Doc: "keep the filter", Do: pane.Does(j.Close)},
		{In: filtering, Rank: 1330, Name: "lines-all", Keys: []string{"esc"}, Show: "esc", Foot: "clear", Doc: "list all lines", Do: pane.Does(func() { j.Unfilter(); j.Close() })},
	}
}

// Draw shows when and where it happened, the text, and what its numbers are.
func (r *reader) Draw(w, h int) []string {
	if r.at >= len(r.lines) {
		return nil
	}
	t, inner, e := r.Theme, min(w-2, 84), &r.lines[r.at]
	var rows []string
	put := func(label string, k draw.Ink, text string) {
		const lead = 10
		for i, s := range draw.Wrap(text, max(1, inner-lead-1)) {
			rows = append(rows, draw.NewLine(inner).Gap(1).Put(t.Dim, []string{label, ""}[min(i, 1)]).Tab(lead).Put(k, s).String())
		}
	}
	put("at", t.Text, r.moment(&e.Event))
	if e.Run != "" {
		put("run", r.Ink(e.Run), draw.Clean(e.Run))
	}
	if r.place != "" {
		put("cursor", t.Text, r.place)
	}
	rows = append(rows, "")
	for _, s := range draw.Wrap(draw.Clean(e.Text), inner-2) {
		rows = append(rows, draw.NewLine(inner).Gap(1).Put(t.Strong, s).String())
	}
	if e.Kind == view.EventDiagnosis {
		rows = append(rows, r.explained(draw.Clean(e.Text), inner)...)
	}
	b := draw.Box{Title: "log", Beside: "line " + strconv.Itoa(r.at+1) + " of " + strconv.Itoa(len(r.lines)), Focused: true}
	return b.Draw(t, rows, inner+2, min(h, len(rows)+2))
}

// moment is when it happened, by the clock on the wall too where that is known.
func (r *reader) moment(e *view.Event) string {
	at := draw.ToTheSecond(e.Elapsed)
	if r.Snap.Began.IsZero() {
		return at
	}
	return at + ", " + r.Snap.Began.Add(e.Elapsed).Format("15:04:05 on 2 January")
}

// explained are the numbers of an advice, each with what it is.
func (r *reader) explained(text string, w int) []string {
	all := terms(text)
	if len(all) == 0 {
		return nil
	}
	lead := 0
	for _, q := range all {
		lead = max(lead, len([]rune(q.value)))
	}
	rows := []string{""}
	for _, q := range all {
		for i, s := range draw.Wrap(q.about, max(1, w-lead-5)) {
			value := strings.Repeat(" ", lead)
			if i == 0 {
				value = draw.Right(q.value, lead)
			}
			rows = append(rows, draw.NewLine(w).Gap(2).Put(r.Theme.Text, value).Gap(2).Put(r.Theme.Dim, s).String())
		}
	}
	return rows
}
