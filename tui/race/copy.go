package race

import (
	"strings"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// HasCopy says whether there is a run of which something can be copied.
func (q *gallery) HasCopy() bool { return q.race.hasRun() }

// Copies are what can be copied from the screen: the recipe of the selected run, or
// what it was configured with, its values now or at the value cursor, and the
// standings.
func (q *gallery) Copies() []pane.Copy {
	e := q.race.Entry()
	name := strings.TrimSpace(e.Name())
	var out []pane.Copy
	if r := q.race.standing(e).run; r.Recipe != "" {
		out = append(out, pane.Copy{Key: "r", Name: "recipe", What: "the recipe of " + name, Text: draw.Clean(r.Recipe)})
	} else if len(r.Parameters) > 0 {
		text := ""
		for _, p := range r.Parameters {
			text += draw.Clean(p.Key) + "=" + draw.Clean(p.Text) + "\n"
		}
		out = append(out, pane.Copy{Key: "r", Name: "parameters", What: "the parameters of " + name, Text: text})
	}
	when := "now"
	if q.race.values {
		when = "at " + q.race.cursorText()
	}
	own, all := q.race.table.texts([]runs.Entry{e}), q.race.table.texts(q.race.Entries())
	values := ""
	for i, head := range own[0] {
		values += head + "\t" + own[1][i] + "\n"
	}
	return append(out,
		pane.Copy{Key: "v", Name: "values " + when, What: "the values of " + name + " " + when, Text: values},
		pane.Copy{Key: "t", Name: "table", What: "the table of the runs", Text: draw.Markdown(all[0], all[1:])},
	)
}

// texts are some rows of the standings in words under their heading, with all columns
// that there are, whatever fits on the screen.
func (s *standings) texts(entries []runs.Entry) [][]string {
	const wide = 1 << 12
	t := s.table(wide, entries)
	rows := [][]string{make([]string, len(t.Columns))}
	for i := range t.Columns {
		rows[0][i] = strings.TrimSpace(t.Columns[i].Name)
	}
	for _, e := range entries {
		q, row := s.standing(e), make([]string, len(t.Columns))
		for i := range t.Columns {
			switch c := &t.Columns[i]; {
			case c.Text != nil:
				row[i] = strings.TrimSpace(c.Text(q))
			case c.Name == "state":
				_, row[i], _ = s.StateOfEntry(e)
			default:
				row[i] = draw.Clean(q.run.Recipe)
			}
		}
		rows = append(rows, row)
	}
	return rows
}
