package tui

import (
	"errors"
	"math"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
)

// mostEpochs is the largest number of local epochs that can be asked for.
const mostEpochs = 1000

// valuePrompt is the overlay in which a number is typed. It begins with the
// present one, which the first character typed replaces.
type valuePrompt struct {
	input
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
		hint: "passes of a client over its data in a round: 1 to " + grouped(mostEpochs), now: float64(f.Epochs), read: readEpochs,
	})
}

func (m *model) askMu() {
	m.openValue(&valuePrompt{
		command: train.Command{Kind: train.SetMu, Run: m.roster.run}, title: "FedProx", label: "μ",
		hint: "how strongly clients are held to the server's model: 0 or more", now: m.roster.view.Mu, read: readMu,
	})
}

func (m *model) openValue(p *valuePrompt) {
	p.text = []rune(number(p.now, 6))
	p.at, p.fresh = len(p.text), true
	m.over = p
}

func readEpochs(s string) (float64, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > mostEpochs {
		return 0, errors.New("want a whole number from 1 to " + grouped(mostEpochs))
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
		p.text, p.at = nil, 0
	}
	p.fresh = false
	p.input.typed(k)
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
		m.say(p.label + " is " + number(v, 6) + " already")
		return
	}
	p.command.Value = v
	m.tell(p.command)
}

func (p *valuePrompt) draw(m *model, w, _ int) []string {
	t := m.theme
	inner := min(w-2, 66)
	entry := newLine(inner)
	entry.gap(1).put(t.dim, p.label).gap(2)
	if p.fresh && t.chosen.on != "" {
		entry.put(t.chosen, p.String())
	} else {
		p.input.draw(t, entry, inner-entry.at-2)
	}
	hint, k := p.hint, t.dim
	if _, err := p.read(p.String()); err != nil && len(p.text) > 0 {
		hint, k = err.Error(), t.bad
	}
	lines := []string{entry.String(), newLine(inner).gap(1).put(k, short(hint, inner-2)).String()}
	b := box{title: p.title, beside: "now " + number(p.now, 6), focused: true}
	if r := m.find(p.command.Run); r != nil {
		b.title += " of " + clean(r.Name)
	}
	return b.draw(t, lines, inner+2, 4)
}
