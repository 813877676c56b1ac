package study

import (
	"encoding/json"
	"math"
)

// MarshalJSON writes a study as one object. What is not known is null, in a
// series as well, whose x, y, lo and hi have the same length; lo and hi are
// null where there is no band.
//
//	{"name","title","about","state","error","elapsed","evals",
//	 "claims":[{"claim","predicted","measured","refuted_by","verdict"}],
//	 "tables":[{"name","title","head":[…],"rows":[[…]]}],
//	 "figures":[{"name","title","x":{"label","log"},"y":{"label","log"},
//	             "series":[{"name","slot","dots","theory","x":[…],"y":[…],"lo":[…],"hi":[…]}],
//	             "lines":[{"name","at","vertical"}],
//	             "categories":[…]}],
//	 "notes":[…],"recipes":[…]}
//
// state is "waiting", "under way", "done", "failed" or "ended", a verdict
// "pending", "holds", "refuted" or "not resolved"; elapsed is in seconds. categories
// are there where the places 0, 1, 2 … of x are categories, in their order.
func (s Study) MarshalJSON() ([]byte, error) {
	out := studyJSON{
		Name: s.Name, Title: s.Title, About: s.About, State: s.State.String(), Elapsed: s.Elapsed.Seconds(), Evals: s.Evals,
		Claims: []claimJSON{}, Tables: []tableJSON{}, Figures: []figureJSON{}, Notes: listed(s.Notes), Recipes: listed(s.Recipes),
	}
	if s.Err != "" {
		out.Error = &s.Err
	}
	for _, c := range s.Claims {
		out.Claims = append(out.Claims, claimJSON{c.Text, orNull(c.Predicted), orNull(c.Measured), orNull(c.RefutedBy), c.Verdict.String()})
	}
	for _, t := range s.Tables {
		rows := make([][]string, len(t.Rows))
		for i, row := range t.Rows {
			rows[i] = listed(row)
		}
		out.Tables = append(out.Tables, tableJSON{t.Name, t.Title, listed(t.Head), rows})
	}
	for i := range s.Figures {
		out.Figures = append(out.Figures, figureOf(&s.Figures[i]))
	}
	return json.Marshal(out)
}

type studyJSON struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"`
	About   string       `json:"about"`
	State   string       `json:"state"`
	Error   *string      `json:"error"`
	Elapsed float64      `json:"elapsed"`
	Evals   int64        `json:"evals"`
	Claims  []claimJSON  `json:"claims"`
	Tables  []tableJSON  `json:"tables"`
	Figures []figureJSON `json:"figures"`
	Notes   []string     `json:"notes"`
	Recipes []string     `json:"recipes"`
}

type claimJSON struct {
	Claim     string  `json:"claim"`
	Predicted *string `json:"predicted"`
	Measured  *string `json:"measured"`
	RefutedBy *string `json:"refuted_by"`
	Verdict   string  `json:"verdict"`
}

type tableJSON struct {
	Name  string     `json:"name"`
	Title string     `json:"title"`
	Head  []string   `json:"head"`
	Rows  [][]string `json:"rows"`
}

type figureJSON struct {
	Name   string       `json:"name"`
	Title  string       `json:"title"`
	X      axisJSON     `json:"x"`
	Y      axisJSON     `json:"y"`
	Series []seriesJSON `json:"series"`
	Lines  []lineJSON   `json:"lines"`

	Categories []string `json:"categories,omitempty"`
}

type axisJSON struct {
	Label string `json:"label"`
	Log   bool   `json:"log"`
}

type seriesJSON struct {
	Name   string   `json:"name"`
	Slot   int      `json:"slot"`
	Dots   bool     `json:"dots"`
	Theory bool     `json:"theory"`
	X      []Number `json:"x"`
	Y      []Number `json:"y"`
	Lo     []Number `json:"lo"`
	Hi     []Number `json:"hi"`
}

type lineJSON struct {
	Name     string `json:"name"`
	At       Number `json:"at"`
	Vertical bool   `json:"vertical"`
}

func figureOf(f *Figure) figureJSON {
	out := figureJSON{Name: f.Name, Title: f.Title, X: axisJSON(f.X), Y: axisJSON(f.Y), Series: []seriesJSON{}, Lines: []lineJSON{}, Categories: f.Categories}
	for i := range f.Series {
		s := &f.Series[i]
		n := s.Len()
		line := seriesJSON{Name: s.Name, Slot: s.Slot, Dots: s.Dots, Theory: s.Theory, X: numbers(s.X[:n]), Y: numbers(s.Y[:n])}
		if s.HasBand() {
			line.Lo, line.Hi = numbers(s.Lo[:n]), numbers(s.Hi[:n])
		}
		out.Series = append(out.Series, line)
	}
	for _, l := range f.Lines {
		out.Lines = append(out.Lines, lineJSON{l.Name, Number(l.At), l.Vertical})
	}
	return out
}

// Number is a float64 that is null in JSON where it is not finite.
type Number float64

// MarshalJSON writes the number or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if v := float64(n); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

func numbers(v []float64) []Number {
	out := make([]Number, len(v))
	for i := range v {
		out[i] = Number(v[i])
	}
	return out
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// listed is a list that is [] where it is nil.
func listed(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
