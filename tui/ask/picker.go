package ask

import (
	"slices"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// picker is the overlay in which a method is put together from the parts that
// the source offers, such as an estimator, a rule and a schedule.
type picker struct {
	*runs.Runs
	runs       []int  // view.Run.ID, of one recipe
	name       string // of them
	focus      int    // a part
	offer      view.Offer
	draw.Input          // a name that is looked for
	before     []string // the choices as they were when it was begun

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

// chosen are the choices that are made, a name for each part.
func (p *picker) chosen() []string {
	names := make([]string, len(p.offer.Parts))
	for i, q := range p.offer.Parts {
		names[i] = q.Choices[q.At].Name
	}
	return names
}

// choose takes another choice for a part.
func (p *picker) choose(part, at int) {
	names := p.chosen()
	names[part] = p.offer.Parts[part].Choices[at].Name
	p.combine(names)
}

// combine asks what some choices would come to. A source that offers nothing any more
// leaves what it offered before.
func (p *picker) combine(choice []string) {
	next := p.Source.Offer(view.Command{Kind: view.Switch, Run: p.runs[0], Choice: choice})
	if len(next.Parts) == 0 {
		p.Warn(next.Refused)
		return
	}
	p.offer, p.focus = next, min(p.focus, len(next.Parts)-1)
}

// Keys are those of all that is asked here, while it is open.
func Keys(q *runs.Runs) []pane.Binding {
	return slices.Concat(pickerKeys(q), promptKeys(q), filterKeys(q), placeKeys(q))
}

func pickerKeys(q *runs.Runs) []pane.Binding {
	open := func() *picker { p, _ := q.Over.(*picker); return p }
	return []pane.Binding{
		{In: picking, Rank: 1000, Name: "apply", Keys: []string{"enter"}, Show: "enter", Foot: "apply", Doc: "switch to the combination shown", When: func() bool { p := open(); return p != nil && p.offer.Refused == "" }, Do: pane.Does(func() { open().apply() })},
		{In: picking, Rank: 1010, Name: "cancel", Keys: []string{"esc"}, Show: "esc", Foot: "cancel", Doc: "leave the run as it is", Do: pane.Does(q.Close)},
		{In: picking, Rank: 1020, Keys: []string{"down", "up", "ctrl+n", "ctrl+p"}, Ways: []pane.Way{pane.On("next", "the next choice", "down", "ctrl+n"), pane.On("previous", "the choice before", "up", "ctrl+p")}, Show: "↑ ↓", Foot: "choose", Doc: "choose a part; to type its name finds it in whichever column it is", Do: pane.Acts(func(key string) { open().move(key) })},
		{In: picking, Rank: 1030, Keys: []string{"tab", "right", "shift+tab", "left"}, Ways: []pane.Way{pane.On("next-part", "the next part", "tab", "right"), pane.On("previous-part", "the part before", "shift+tab", "left")}, Show: "tab ← →", Foot: "column", Doc: "estimator, rule, schedule", Do: pane.Acts(func(key string) { open().turn(key) })},
	}
}

// move goes on to the next choice that is seen of the focused part, or to the one before.
func (p *picker) move(key string) {
	by := 1
	if key == "up" || key == "ctrl+p" {
		by = -1
	}
	p.Scroll(by)
}

func (p *picker) turn(key string) {
	n := len(p.offer.Parts)
	by := 1
	if key == "shift+tab" || key == "left" {
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
