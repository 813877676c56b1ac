package ask

import (
	"slices"

	"optwatch/train/view"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// picker is the overlay in which a method is put together from the parts that
// the source offers, such as an estimator, a rule and a schedule.
type picker struct {
	*runs.Runs
	runs  []int  // view.Run.ID, of one recipe
	name  string // of them
	focus int    // a part
	offer view.Offer

	inner, rows int  // columns and rows of choices, as it was drawn last
	wide        bool // all parts were side by side
}

const picking pane.Mode = "optimizer picker"

// Mode is where the picker's keys are.
func (*picker) Mode() pane.Mode { return picking }

// Switch asks for another method for the selected runs.
func Switch(q *runs.Runs) {
	p := &picker{Runs: q, name: q.Subject()}
	for _, r := range q.Targets() {
		if runs.Goes(r) {
			p.runs = append(p.runs, r.ID)
		}
	}
	p.offer = q.Source.Offer(view.Command{Kind: view.Switch, Run: p.runs[0]})
	if len(p.offer.Parts) == 0 {
		q.Warn(p.offer.Refused)
		return
	}
	q.Over = p
}

// choose asks what it would come to if another choice were taken for a part. A
// source that offers nothing any more leaves what it offered before.
func (p *picker) choose(part, at int) {
	choice := make([]string, len(p.offer.Parts))
	for i, q := range p.offer.Parts {
		choice[i] = q.Choices[q.At].Name
	}
	choice[part] = p.offer.Parts[part].Choices[at].Name
	next := p.Source.Offer(view.Command{Kind: view.Switch, Run: p.runs[0], Choice: choice})
	if len(next.Parts) == 0 {
		p.Warn(next.Refused)
		return
	}
	p.offer, p.focus = next, min(p.focus, len(next.Parts)-1)
}

// Keys are those of all that is asked here, while it is open.
func Keys(q *runs.Runs) []pane.Binding {
	return slices.Concat(pickerKeys(q), promptKeys(q), filterKeys(q))
}

func pickerKeys(q *runs.Runs) []pane.Binding {
	open := func() *picker { p, _ := q.Over.(*picker); return p }
	return []pane.Binding{
		{In: picking, Rank: 1000, Name: "apply", Keys: []string{"enter"}, Show: "enter", Foot: "apply", Doc: "switch to the combination shown", When: func() bool { p := open(); return p != nil && p.offer.Refused == "" }, Do: pane.Does(func() { open().apply() })},
		{In: picking, Rank: 1010, Name: "cancel", Keys: []string{"esc", "q", "o"}, Show: "esc", Foot: "cancel", Doc: "leave the run as it is", Do: pane.Does(q.Close)},
		{In: picking, Rank: 1020, Keys: []string{"j", "k", "down", "up"}, Ways: []pane.Way{pane.On("next", "the next choice", "j", "down"), pane.On("previous", "the choice before", "k", "up")}, Show: "j k ↑ ↓", Foot: "choose", Doc: "choose a part", Do: pane.Acts(func(key string) { open().move(key) })},
		{In: picking, Rank: 1030, Keys: []string{"tab", "right", "l", "shift+tab", "left", "h"}, Ways: []pane.Way{pane.On("next-part", "the next part", "tab", "right", "l"), pane.On("previous-part", "the part before", "shift+tab", "left", "h")}, Show: "tab ← →", Foot: "column", Doc: "estimator, rule, schedule", Do: pane.Acts(func(key string) { open().turn(key) })},
	}
}

func (p *picker) move(key string) {
	q := &p.offer.Parts[p.focus]
	at := min(q.At+1, len(q.Choices)-1)
	if key == "k" || key == "up" {
		at = max(q.At-1, 0)
	}
	p.choose(p.focus, at)
}

func (p *picker) turn(key string) {
	n := len(p.offer.Parts)
	by := 1
	if key == "shift+tab" || key == "left" || key == "h" {
		by = n - 1
	}
	p.focus = (p.focus + by) % n
}

func (p *picker) apply() {
	p.Close()
	if p.offer.Same {
		p.Say("nothing to switch: these are its parts already")
		return
	}
	ids := map[int]bool{}
	for _, id := range p.runs {
		ids[id] = true
	}
	p.Command(view.Command{Kind: view.Switch, Recipe: p.offer.Recipe}, func(r *view.Run) bool { return ids[r.ID] })
}
