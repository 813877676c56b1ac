package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/tui/draw"
)

// prompt is the overlay in which the recipe of a new run is typed.
type prompt struct {
	draw.Input
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
	if p.Input.Typed(k) {
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
	if len(options) == 0 || p.At != len(p.Text) {
		return
	}
	all := options[0]
	for _, o := range options[1:] {
		for !strings.HasPrefix(o, all) {
			all = all[:len(all)-1]
		}
	}
	p.Text = append(p.Text, []rune(all[len(word):])...)
	p.At = len(p.Text)
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
	entry := draw.NewLine(inner)
	entry.Gap(1).Put(t.Dim, "recipe").Gap(2)
	p.Input.Draw(t, entry, inner-entry.At()-2)
	lines := []string{entry.String()}
	_, options := m.options(p)
	if p.err == nil {
		lines = append(lines, draw.NewLine(inner).Gap(1).Put(t.Focus, "✓").Gap(1).Put(t.Dim, p.recipe.Estimator+" · "+p.recipe.Rule).String())
	} else if p.String() != "" && len(options) == 0 {
		for _, s := range draw.Wrap(p.err.Error(), inner-2)[:1] {
			lines = append(lines, draw.NewLine(inner).Gap(1).Put(t.Bad, s).String())
		}
	}
	for _, s := range draw.Wrap(strings.Join(options, " "), inner-2) {
		if len(lines) < 4 {
			lines = append(lines, draw.NewLine(inner).Gap(1).Put(t.Dim, s).String())
		}
	}
	return draw.Box{Title: "add a run", Beside: "such as svrg:lr=0.02,m=n/2", Focused: true}.Draw(t, lines, inner+2, 6)
}
