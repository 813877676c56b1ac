package study

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"optwatch/train/study"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// HasPicture says whether a figure is on the screen.
func (p *Program) HasPicture() bool { return p.figures.seen && len(p.figures.all()) > 0 }

// Pictures are the figures on the screen, with their axes as they are there.
func (p *Program) Pictures() []*study.Figure {
	f := p.figures
	all := f.all()
	from, n := f.window(f.width)
	out := make([]*study.Figure, n)
	for i := range out {
		figure := all[from+i]
		figure.Y.Log = figure.Y.Log != f.flipped[figureID{f.selected, figure.Name}]
		out[i] = &figure
	}
	return out
}

// Values are their points, one a row, under the names of their figures.
func (p *Program) Values() func(io.Writer) error {
	figures := p.Pictures()
	return func(w io.Writer) error {
		out := csv.NewWriter(w)
		_ = out.Write([]string{"figure", "series", "x", "y", "lo", "hi"}) // Flush tells
		for _, f := range figures {
			for _, row := range f.Rows() {
				_ = out.Write(append([]string{f.Name}, row...))
			}
		}
		out.Flush()
		return out.Error()
	}
}

// HasCopy says whether there is anything of the study to be copied.
func (p *Program) HasCopy() bool {
	s := p.study()
	return len(s.Recipes) > 0 || len(s.Claims) > 0 || len(s.Tables) > 0
}

// Copies are the recipes of the study, its claims, and its tables.
func (p *Program) Copies() []pane.Copy {
	s := p.study()
	name := draw.Clean(s.Name)
	var out []pane.Copy
	if len(s.Recipes) > 0 {
		text := ""
		for _, r := range s.Recipes {
			text += "--run " + draw.Clean(r) + "\n"
		}
		out = append(out, pane.Copy{Key: "r", Name: "recipes", What: "the recipes of " + name, Text: text})
	}
	if len(s.Claims) > 0 {
		text := ""
		for _, c := range s.Claims {
			text += draw.Clean(fmt.Sprintf("%s: predicted %s, measured %s, refuted by %s: %s", c.Text, orUnknown(c.Predicted), orUnknown(c.Measured), orUnknown(c.RefutedBy), c.Verdict)) + "\n"
		}
		out = append(out, pane.Copy{Key: "v", Name: "claims", What: "the claims of " + name, Text: text})
	}
	if len(s.Tables) > 0 {
		var texts []string
		for _, t := range s.Tables {
			texts = append(texts, draw.Clean(t.Title)+"\n\n"+draw.Markdown(t.Head, t.Rows))
		}
		out = append(out, pane.Copy{Key: "t", Name: "tables", What: "the tables of " + name, Text: strings.Join(texts, "\n")})
	}
	return out
}
