package ask

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// Typed takes a key in. What is typed is looked for in the choices of all parts, and the
// best that is found is chosen beside what was chosen before: what the first letters of
// a name had found is not. Nothing is chosen where none has it.
func (p *picker) Typed(k tea.KeyMsg) {
	if p.String() == "" {
		p.before = p.chosen()
	}
	if !p.Input.Typed(k) {
		return
	}
	part, choice, best := -1, 0, 0
	for k := range p.offer.Parts {
		i := (p.focus + k) % len(p.offer.Parts) // of equals, the one in focus
		for at, c := range p.offer.Parts[i].Choices {
			if score, ok := p.answers(c); ok && p.String() != "" && (part < 0 || score > best) {
				part, choice, best = i, at, score
			}
		}
	}
	if part >= 0 && len(p.before) == len(p.offer.Parts) {
		names := slices.Clone(p.before)
		names[part] = p.offer.Parts[part].Choices[choice].Name
		p.focus = part
		p.combine(names)
	}
}

// Hint says that names are found by typing them.
func (p *picker) Hint() pane.Hint { return pane.Hint{Key: "type", Word: "a name"} }

var _ pane.Hinter = (*picker)(nil)

// String is what has been typed.
func (p *picker) String() string { return p.Input.String() }

// answers says whether a choice has all words that were typed in its name, or else in
// what it is, and how well.
func (p *picker) answers(c view.Choice) (score int, ok bool) {
	const named = 4 * pane.Literal
	for _, w := range strings.Fields(p.String()) {
		name, title := pane.Find(w, draw.Clean(c.Name)), pane.Find(w, draw.Clean(c.Title))
		switch {
		case name != nil:
			score += name.Score + named
		case title != nil && title.Score >= pane.Literal/2: // by letters alone a sentence has too much
			score += title.Score
		default:
			return 0, false
		}
	}
	return score, true
}

// seen are the choices for a part that have what was typed, and the one that is made,
// by their positions.
func (p *picker) seen(part int) []int {
	q := &p.offer.Parts[part]
	out := make([]int, 0, len(q.Choices))
	for i, c := range q.Choices {
		if _, ok := p.answers(c); ok || i == q.At {
			out = append(out, i)
		}
	}
	return out
}

// placeOf is where the choice that is made stands among those that are seen.
func placeOf(q view.Part, seen []int) int { return slices.Index(seen, q.At) }

// found says whether any choice has what was typed.
func (p *picker) found() bool {
	return slices.ContainsFunc(p.offer.Parts, func(q view.Part) bool {
		return slices.ContainsFunc(q.Choices, func(c view.Choice) bool { _, ok := p.answers(c); return ok })
	})
}
