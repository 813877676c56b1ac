package ask

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// prompt is the overlay in which the recipe of a new run is typed.
type prompt struct {
	*runs.Runs
	draw.Input
	offer view.Offer // what the recipe so far comes to
}

const adding pane.Mode = "adding a run"

// Mode is where the prompt's keys are.
func (*prompt) Mode() pane.Mode { return adding }

// Add asks for the recipe of a run to be added.
func Add(q *runs.Runs) {
	p := &prompt{Runs: q}
	p.check()
	q.Over = p
}

// Typed takes a key in.
func (p *prompt) Typed(k tea.KeyMsg) {
	if p.Input.Typed(k) {
		p.check()
	}
}

// check asks what the recipe so far comes to.
func (p *prompt) check() {
	p.offer = p.Source.Offer(view.Command{Kind: view.Add, Recipe: p.String()})
}

func promptKeys(q *runs.Runs) []pane.Binding {
	open := func() *prompt { p, _ := q.Over.(*prompt); return p }
	return []pane.Binding{
		{In: adding, Rank: 1100, Name: "apply", Keys: []string{"enter"}, Show: "enter", Foot: "add", Doc: "add the run", When: func() bool { p := open(); return p != nil && p.offer.Refused == "" }, Do: pane.Does(func() { open().apply() })},
		{In: adding, Rank: 1110, Name: "cancel", Keys: []string{"esc"}, Show: "esc", Foot: "cancel", Doc: "leave", Do: pane.Does(q.Close)},
		{In: adding, Rank: 1120, Name: "complete", Keys: []string{"tab"}, Show: "tab", Foot: "complete", Doc: "complete a name or a key", Do: pane.Does(func() { open().complete() })},
	}
}

func (p *prompt) apply() {
	p.Close()
	p.Send(view.Command{Kind: view.Add, Recipe: p.offer.Recipe})
}

// complete completes what can be meant, as far as it is certain.
func (p *prompt) complete() {
	options := p.offer.Completions
	if len(options) == 0 || p.Input.At != len(p.Input.Text) {
		return
	}
	all := options[0]
	for _, o := range options[1:] {
		for !strings.HasPrefix(o, all) {
			all = all[:len(all)-1]
		}
	}
	text := p.String()
	for n := min(len(all), len(text)); n >= 0; n-- { // what is typed already of it
		if strings.HasSuffix(text, all[:n]) {
			p.Input.Text = append(p.Input.Text, []rune(draw.Clean(all[n:]))...)
			break
		}
	}
	p.Input.At = len(p.Input.Text)
	p.check()
}

// String is what has been typed.
func (p *prompt) String() string { return p.Input.String() }

// Draw shows what is typed, what it comes to and how it could go on.
func (p *prompt) Draw(w, _ int) []string {
	t := p.Theme
	inner := min(w-2, 88)
	entry := draw.NewLine(inner)
	entry.Gap(1).Put(t.Dim, "recipe").Gap(2)
	p.Input.Draw(t, entry, inner-entry.At()-2)
	lines := []string{entry.String()}
	o := p.offer
	if o.Refused == "" {
		lines = append(lines, draw.NewLine(inner).Gap(1).Put(t.Focus, "✓").Gap(1).Put(t.Dim, draw.Clean(o.Summary)).String())
	} else if p.String() != "" && len(o.Completions) == 0 {
		for _, s := range draw.Wrap(draw.Clean(o.Refused), inner-2)[:1] {
			lines = append(lines, draw.NewLine(inner).Gap(1).Put(t.Bad, s).String())
		}
	}
	for _, s := range draw.Wrap(draw.Clean(strings.Join(o.Completions, " ")), inner-2) {
		if len(lines) < 4 {
			lines = append(lines, draw.NewLine(inner).Gap(1).Put(t.Dim, s).String())
		}
	}
	return draw.Box{Title: "add a run", Beside: draw.Clean(o.Hint), Focused: true}.Draw(t, lines, inner+2, 6)
}
