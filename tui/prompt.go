package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/optimizers"
	"optwatch/train"
)

// prompt is the overlay in which the recipe of a new run is typed.
type prompt struct {
	input
	recipe optimizers.Recipe
	err    error // what is wrong with the recipe so far
}

func (*prompt) mode() mode { return inPrompt }

func (m *model) openPrompt() {
	p := &prompt{}
	m.check(p)
	m.over = p
}

func (p *prompt) typed(m *model, k tea.KeyMsg) {
	if p.input.typed(k) {
		m.check(p)
	}
}

// check reads the recipe and tries it on the problem at hand.
func (m *model) check(p *prompt) {
	p.recipe, p.err = m.catalogue.Parse(p.String())
	if p.err == nil {
		_, p.err = m.catalogue.Build(p.recipe, m.snap.Problem.Problem)
	}
}

// promptOpen says whether the recipe can be added.
func (m *model) promptOpen() bool {
	p, ok := m.over.(*prompt)
	return ok && p.err == nil
}

func (m *model) promptApply() {
	p := m.over.(*prompt)
	m.close()
	m.send(train.Command{Kind: train.Add, Recipe: p.recipe.String()})
}

// promptComplete completes what can be meant, as far as it is certain.
func (m *model) promptComplete() {
	p := m.over.(*prompt)
	word, options := m.options(p)
	if len(options) == 0 || p.at != len(p.text) {
		return
	}
	all := options[0]
	for _, o := range options[1:] {
		for !strings.HasPrefix(o, all) {
			all = all[:len(all)-1]
		}
	}
	p.text = append(p.text, []rune(all[len(word):])...)
	p.at = len(p.text)
	m.check(p)
}

// options are the names or keys that begin with the word being typed.
func (m *model) options(p *prompt) (word string, options []string) {
	text := p.String()
	word = text[strings.LastIndexAny(text, ":,+")+1:]
	var all []string
	if name, _, settings := strings.Cut(text, ":"); settings {
		r, err := m.catalogue.Parse(name)
		if err != nil {
			return word, nil
		}
		if i := strings.Index(text, "schedule="); i >= 0 {
			s, _, _ := strings.Cut(text[i+len("schedule="):], ",")
			r = r.With("schedule", s)
		}
		for _, q := range m.catalogue.Params(r) {
			all = append(all, q.Name+"=")
		}
	} else {
		all = m.catalogue.Names()
	}
	for _, o := range all {
		if strings.HasPrefix(o, word) && o != word {
			options = append(options, o)
		}
	}
	return word, options
}

func (p *prompt) draw(m *model, w, _ int) []string {
	t := m.theme
	inner := min(w-2, 88)
	entry := newLine(inner)
	entry.gap(1).put(t.dim, "recipe").gap(2)
	p.input.draw(t, entry, inner-entry.at-2)
	lines := []string{entry.String()}
	_, options := m.options(p)
	if p.err == nil {
		lines = append(lines, newLine(inner).gap(1).put(t.focus, "✓").gap(1).put(t.dim, p.recipe.Estimator+" · "+p.recipe.Rule).String())
	} else if p.String() != "" && len(options) == 0 {
		for _, s := range wrap(p.err.Error(), inner-2)[:1] {
			lines = append(lines, newLine(inner).gap(1).put(t.bad, s).String())
		}
	}
	for _, s := range wrap(strings.Join(options, " "), inner-2) {
		if len(lines) < 4 {
			lines = append(lines, newLine(inner).gap(1).put(t.dim, s).String())
		}
	}
	return box{title: "add a run", beside: "such as svrg:lr=0.02,m=n/2", focused: true}.draw(t, lines, inner+2, 6)
}
