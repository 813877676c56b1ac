package ask

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// Chart is what places are gone to on.
type Chart interface {
	// Axis is the position of the axis that is seen, and Offered whether one can be.
	Axis() int
	Offered(axis int) bool
	// Ends are where the curves of an axis begin and end, in words.
	Ends() string
	// Name is a place in words, as the value cursor would have it.
	Name(Place) string
	// Go puts the value cursor there.
	Go(Place)
}

// placeLine is the overlay in which a place is typed.
type placeLine struct {
	*runs.Runs
	draw.Input
	chart Chart
}

const going pane.Mode = "going to a place"

// Mode is where its keys are.
func (*placeLine) Mode() pane.Mode { return going }

// Typed takes a key in.
func (p *placeLine) Typed(k tea.KeyMsg) { p.Input.Typed(k) }

// GoTo asks for the place on a chart to go to.
func GoTo(q *runs.Runs, c Chart) { q.Over = &placeLine{Runs: q, chart: c} }

// Where is the place that a text names on a chart; false where it names none. Words
// before the number, as go to, may stay away.
func Where(q *runs.Runs, c Chart, text string) (Place, bool) {
	text = strings.TrimSpace(text)
	for _, lead := range []string{"go", "to", "goto", "at"} {
		if rest, ok := strings.CutPrefix(text, lead+" "); ok {
			text = strings.TrimSpace(rest)
		}
	}
	p, err := ReadPlace(text, q.Snap.Axes, c.Axis(), c.Offered)
	return p, err == nil
}

// place is what is typed so far.
func (p *placeLine) place() (Place, error) {
	return ReadPlace(p.String(), p.Snap.Axes, p.chart.Axis(), p.chart.Offered)
}

func placeKeys(q *runs.Runs) []pane.Binding {
	open := func() *placeLine { p, _ := q.Over.(*placeLine); return p }
	known := func() bool {
		p := open()
		if p == nil {
			return false
		}
		_, err := p.place()
		return err == nil
	}
	arrive := func() {
		p := open()
		at, _ := p.place()
		p.Close()
		p.chart.Go(at)
	}
	return []pane.Binding{
		{In: going, Rank: 1220, Name: "apply", Keys: []string{"enter"}, Show: "enter", Foot: "go there", Doc: "put the value cursor there", When: known, Do: pane.Does(arrive)},
		{In: going, Rank: 1230, Name: "cancel", Keys: []string{"esc"}, Show: "esc", Foot: "cancel", Doc: "stay", Do: pane.Does(q.Close)},
	}
}

// Draw shows what is typed, where that is, and from where to where the curves go.
func (p *placeLine) Draw(w, _ int) []string {
	t, inner := p.Theme, min(w-2, 64)
	entry := draw.NewLine(inner)
	entry.Gap(1).Put(t.Dim, "go to").Gap(2)
	p.Input.Draw(t, entry, inner-entry.At()-2)
	said := draw.NewLine(inner).Gap(1)
	switch at, err := p.place(); {
	case p.String() == "":
		said.Put(t.Dim, draw.FirstFit(p.examples(), inner-2))
	case err != nil:
		said.Put(t.Bad, draw.Short(err.Error(), inner-2))
	default:
		said.Put(t.Focus, "✓").Gap(1).Put(t.Text, draw.Short(p.chart.Name(at), inner-4))
	}
	ends := draw.NewLine(inner).Gap(1).Put(t.Dim, draw.Short(p.chart.Ends(), inner-2))
	return draw.Box{Title: "go to a place", Focused: true}.Draw(t, []string{entry.String(), said.String(), ends.String()}, inner+2, 5)
}

// examples are places as they can be typed here, the most first.
func (p *placeLine) examples() []string {
	axes, now := p.Snap.Axes, p.chart.Axis()
	text := "a number, as 1M, 2.5k or 1e6"
	if now < len(axes) && axes[now].Clock {
		text = "a time, as 30s, 5 min or 1:30"
	}
	out := []string{text}
	for i := range axes {
		if i != now && p.chart.Offered(i) && !axes[i].Clock && axes[i].Name+axes[i].Title != "" {
			name := axes[i].Name
			if name == "" {
				name = axes[i].Title
			}
			out = append([]string{text + "; 12 " + draw.Clean(name) + " on that axis"}, out...)
			break
		}
	}
	return out
}
