package clients

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// settingMode is the mode of keys while a setting is typed.
const settingMode pane.Mode = "setting of a federation"

// prompt is the overlay in which a setting of a federation is typed. It begins
// with the present value, which the first character typed replaces. What may be
// typed the source says.
type prompt struct {
	draw.Input
	*pane.Screen
	command view.Command
	offer   view.Offer // of the command as it is typed
	wrong   string     // what is wrong with the text; "" for nothing
	fresh   bool       // nothing has been typed yet
}

var (
	_ pane.Overlay = (*prompt)(nil)
	_ pane.Typist  = (*prompt)(nil)
)

// Mode is where the keys go.
func (p *prompt) Mode() pane.Mode { return settingMode }

// promptKeys are the keys of the prompt.
func (c *Clients) promptKeys() []pane.Binding {
	return []pane.Binding{
		{In: settingMode, Rank: 10, Name: "apply", Keys: []string{"enter"}, Show: "enter", Foot: "set", Doc: "set it from the next round on", When: c.canApply, Do: pane.Does(c.apply)},
		{In: settingMode, Rank: 20, Name: "cancel", Keys: []string{"esc"}, Show: "esc", Foot: "cancel", Doc: "leave it as it is", Do: pane.Does(c.Close)},
	}
}

// ask opens the prompt of a setting.
func (c *Clients) ask(setting string) {
	now, _ := c.shown().Setting(setting)
	p := &prompt{Screen: c.Screen, command: view.Command{Kind: view.Set, Run: c.run, Setting: setting, Value: now}, fresh: true}
	if draw.Known(now) {
		p.Text = []rune(draw.Number(now, 6))
	}
	p.At = len(p.Text)
	p.check()
	c.Over = p
}

// Typed takes a key in.
func (p *prompt) Typed(k tea.KeyMsg) {
	if p.fresh && (k.Type == tea.KeyRunes || k.Type == tea.KeyBackspace) {
		p.Text, p.At = nil, 0
	}
	p.fresh = false
	p.Input.Typed(k)
	p.check()
}

// check reads the text and asks the source what it would come to. Before
// anything is typed that is the present value, which may have more digits than
// the text.
func (p *prompt) check() {
	v, err := strconv.ParseFloat(p.String(), 64)
	read := err == nil && draw.Known(v)
	if read && !p.fresh {
		p.command.Value = v
	}
	p.offer = p.Source.Offer(p.command)
	p.wrong = draw.Clean(p.offer.Refused)
	if !read {
		p.wrong = "want a number"
	}
}

// canApply says whether what was typed can be set.
func (c *Clients) canApply() bool {
	p, ok := c.Over.(*prompt)
	return ok && p.wrong == ""
}

// apply sends what was typed, if it changes anything.
func (c *Clients) apply() {
	p := c.Over.(*prompt)
	c.Close()
	if v := p.command.Value; p.offer.Same && c.Coming(p.command.Run, p.command.Setting, v) == v {
		c.Say(draw.Clean(p.offer.Label) + " is " + draw.Number(v, 6) + " already")
		return
	}
	c.Send(p.command)
}

// Draw shows what is typed, and under it what it means or what is wrong with it.
func (p *prompt) Draw(w, _ int) []string {
	t := p.Theme
	inner := min(w-2, 66)
	entry := draw.NewLine(inner)
	entry.Gap(1).Put(t.Dim, draw.Clean(p.offer.Label)).Gap(2)
	if p.fresh && t.Chosen.On != "" {
		entry.Put(t.Chosen, p.String())
	} else {
		p.Input.Draw(t, entry, inner-entry.At()-2)
	}
	hint, k := draw.Clean(p.offer.Hint), t.Dim
	if p.wrong != "" && len(p.Text) > 0 {
		hint, k = p.wrong, t.Bad
	}
	lines := []string{entry.String(), draw.NewLine(inner).Gap(1).Put(k, draw.Short(hint, inner-2)).String()}
	b := draw.Box{Title: draw.Clean(p.offer.Title), Beside: "now " + draw.Number(p.offer.Now, 6), Focused: true}
	if r := p.Snap.Run(p.command.Run); r != nil {
		b.Title += " of " + draw.Clean(r.Name)
	}
	return b.Draw(t, lines, inner+2, 4)
}
