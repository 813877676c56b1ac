package tui

import (
	"errors"
	"math"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
	"optwatch/tui/draw"
)

// mostEpochs is the largest number of local epochs that can be asked for.
const mostEpochs = 1000

// valuePrompt is the overlay in which a number is typed. It begins with the
// present one, which the first character typed replaces.
type valuePrompt struct {
	draw.Input
	command train.Command // but for its value
	title   string
	label   string
	hint    string
	now     float64
	read    func(string) (float64, error)
	fresh   bool // nothing has been typed yet
}

func (*valuePrompt) mode() mode { return inValue }

func (m *model) askEpochs() {
	f := m.roster.view
	m.openValue(&valuePrompt{
		command: train.Command{Kind: train.SetEpochs, Run: m.roster.run}, title: "local epochs", label: "E",
		hint: "passes of a client over its data in a round: 1 to " + draw.Grouped(mostEpochs), now: float64(f.Epochs), read: readEpochs,
	})
}

func (m *model) askMu() {
	m.openValue(&valuePrompt{
		command: train.Command{Kind: train.SetMu, Run: m.roster.run}, title: "FedProx", label: "μ",
		hint: "how strongly clients are held to the server's model: 0 or more", now: m.roster.view.Mu, read: readMu,
	})
}

func (m *model) openValue(p *valuePrompt) {
	p.Text = []rune(draw.Number(p.now, 6))
	p.At, p.fresh = len(p.Text), true
	m.over = p
}

func readEpochs(s string) (float64, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > mostEpochs {
		return 0, errors.New("want a whole number from 1 to " + draw.Grouped(mostEpochs))
	}
	return float64(n), nil
}

func readMu(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 0) {
		return 0, errors.New("want a number of at least 0")
	}
	return v, nil
}

func (p *valuePrompt) typed(_ *model, k tea.KeyMsg) {
	if p.fresh && (k.Type == tea.KeyRunes || k.Type == tea.KeyBackspace) {
		p.Text, p.At = nil, 0
	}
	p.fresh = false
	p.Input.Typed(k)
}

// valueOpen says whether what was typed can be applied.
func (m *model) valueOpen() bool {
	p, ok := m.over.(*valuePrompt)
	if !ok {
		return false
	}
	_, err := p.read(p.String())
	return err == nil
}

func (m *model) valueApply() {
	p := m.over.(*valuePrompt)
	m.close()
	v, _ := p.read(p.String())
	if v == p.now {
		m.say(p.label + " is " + draw.Number(v, 6) + " already")
		return
	}
	p.command.Value = v
	m.tell(p.command)
}

func (p *valuePrompt) draw(m *model, w, _ int) []string {
	t := m.theme
	inner := min(w-2, 66)
	entry := draw.NewLine(inner)
	entry.Gap(1).Put(t.Dim, p.label).Gap(2)
	if p.fresh && t.Chosen.On != "" {
		entry.Put(t.Chosen, p.String())
	} else {
		p.Input.Draw(t, entry, inner-entry.At()-2)
	}
	hint, k := p.hint, t.Dim
	if _, err := p.read(p.String()); err != nil && len(p.Text) > 0 {
		hint, k = err.Error(), t.Bad
	}
	lines := []string{entry.String(), draw.NewLine(inner).Gap(1).Put(k, draw.Short(hint, inner-2)).String()}
	b := draw.Box{Title: p.title, Beside: "now " + draw.Number(p.now, 6), Focused: true}
	if r := m.find(p.command.Run); r != nil {
		b.Title += " of " + draw.Clean(r.Name)
	}
	return b.Draw(t, lines, inner+2, 4)
}
