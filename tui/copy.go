package tui

import (
	"fmt"
	"io"
	"strings"

	"github.com/aymanbagabas/go-osc52/v2"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// What is copied goes to the clipboard of whoever looks by OSC 52, a sequence that
// their terminal takes, wherever it is: over SSH too, and through tmux and screen
// where these let it through. No terminal answers whether it has.

// mostCopied is how many bytes can be copied: what terminals take in one sequence,
// of which there are some that take no more than 75,000 characters of base 64.
const mostCopied = 56_000

// copying is the overlay in which it is chosen what is copied.
type copying struct {
	*pane.Screen
	choices []pane.Copy
}

// Mode is where its keys are.
func (*copying) Mode() pane.Mode { return pane.Copying }

func (m *exporter) canCopy() bool {
	p, ok := m.program.(pane.Copier)
	return ok && p.HasCopy()
}

func (m *exporter) openCopying() { m.Over = &copying{m.Screen, m.program.(pane.Copier).Copies()} }

// copies says whether anything can ever be copied from the program.
func (m *exporter) copies() bool {
	_, ok := m.program.(pane.Copier)
	return ok
}

// chosen is what a key stands for; nil for nothing.
func (m *exporter) chosen(key string) *pane.Copy {
	c, ok := m.Over.(*copying)
	for i := 0; ok && i < len(c.choices); i++ {
		if c.choices[i].Key == key {
			return &c.choices[i]
		}
	}
	return nil
}

// copyKeys are the lines of the key table for what can be copied.
func (m *exporter) copyKeys() []pane.Binding {
	var out []pane.Binding
	for i, key := range pane.CopyKeys {
		name := [...]string{"copy-recipe", "copy-values", "copy-table"}[i]
		doc := [...]string{"the recipe, or the parameters, of the selected run", "its values, now or at the value cursor", "the table"}[i]
		word := func() string {
			if c := m.chosen(key); c != nil {
				return c.Name
			}
			return ""
		}
		out = append(out, pane.Binding{
			In: pane.Copying, Rank: 430 + i, Name: name, Keys: []string{key}, Show: key, Word: word, Doc: "copy " + doc,
			When: func() bool { return m.chosen(key) != nil }, Do: m.copy,
		})
	}
	return append(out, pane.Binding{In: pane.Copying, Rank: 440, Name: "close", Keys: []string{"esc", "q", "Y"}, Show: "esc", Foot: "leave", Doc: "copy nothing", Do: pane.Does(m.Close)})
}

// copiedMsg says how copying went.
type copiedMsg struct {
	what string
	err  error
}

// copy sends what a key stands for to the terminal, off the screen's own path.
func (m *exporter) copy(key string) tea.Cmd {
	c := m.chosen(key)
	m.Close()
	return m.send(c)
}

// copyTable sends the table that is open.
func (m *exporter) copyTable(string) tea.Cmd {
	t := m.Over.(pane.Tabular)
	rows := t.Rows()
	return m.send(&pane.Copy{What: t.Title(), Text: draw.Markdown(rows[0], rows[1:])})
}

// send puts a text on the clipboard of the terminal.
func (m *exporter) send(c *pane.Copy) tea.Cmd {
	text := strings.TrimRight(c.Text, "\n")
	if len(text) > mostCopied {
		m.Warn(fmt.Sprintf("%s has %s, more than terminals take: w writes it to a file", c.What, draw.Bytes(float64(len(text)))),
			"more than terminals take: w writes it to a file", "too long: w writes it to a file")
		return nil
	}
	sequence, out := clipboard(text, m.environ), m.output
	lines := strings.Count(text, "\n") + 1
	what := fmt.Sprintf("copied %s, %s", draw.Clean(c.What), draw.Bytes(float64(len(text))))
	if lines > 1 {
		what = fmt.Sprintf("copied %s, %d lines", draw.Clean(c.What), lines)
	} else if len(text) <= 40 {
		what = fmt.Sprintf("copied %s: %s", draw.Clean(c.What), draw.Clean(text))
	}
	if inTmux(m.environ) {
		what += " · tmux passes it on where set-clipboard is on"
	}
	return func() tea.Msg {
		_, err := io.WriteString(out, sequence)
		return copiedMsg{what, err}
	}
}

func (m *shell) copied(c copiedMsg) {
	if c.err != nil {
		m.Fail(c.err)
		return
	}
	m.Say(c.what)
}

// inTmux says whether tmux is between the program and the terminal.
func inTmux(environ []string) bool {
	return draw.Variable(environ, "TMUX") != "" || draw.Variable(environ, "TERM_PROGRAM") == "tmux" || strings.HasPrefix(draw.Variable(environ, "TERM"), "tmux")
}

// clipboard is the sequence that puts a text on the clipboard of a terminal. tmux
// takes the plain one where it is told to, and hands one wrapped for it on where it
// is told that; screen hands its own on.
func clipboard(text string, environ []string) string {
	plain := osc52.New(text)
	switch {
	case inTmux(environ):
		return plain.String() + plain.Tmux().String()
	case strings.HasPrefix(draw.Variable(environ, "TERM"), "screen"), draw.Variable(environ, "STY") != "":
		return plain.Screen().String()
	}
	return plain.String()
}

// Draw lists what can be copied, with the beginning of each.
func (c *copying) Draw(w, _ int) []string {
	t, inner := c.Theme, min(w-4, 76)
	var lines []string
	names := 0
	for _, k := range c.choices {
		names = max(names, ansi.StringWidth(k.Name))
	}
	for _, k := range c.choices {
		first, _, more := strings.Cut(strings.TrimRight(k.Text, "\n"), "\n")
		l := draw.NewLine(inner)
		l.Gap(1).Put(t.Strong, k.Key).Gap(2).Put(t.Text, k.Name).Tab(5 + names)
		first = draw.Clean(strings.ReplaceAll(first, "\t", " "))
		if more {
			first += " …"
		}
		l.Gap(1).Put(t.Dim, draw.Short(first, l.Left()-1))
		lines = append(lines, l.String())
	}
	return draw.Box{Title: "copy to the clipboard", Focused: true}.Draw(t, lines, inner+2, len(lines)+2)
}
