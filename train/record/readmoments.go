package record

import (
	"fmt"
	"slices"

	"optwatch/train/view"
)

// readMoments reads when it is known how runs stood.
func (r *Reader) readMoments(c *contents) error {
	return r.query(func(scan func(...any) error) error {
		var id int
		var elapsed real
		var state string
		if err := scan(&id, &elapsed, &state); err != nil {
			return err
		}
		run := c.run(id)
		if run == nil {
			return nil
		}
		was, err := constantOf[view.State](state)
		if err != nil {
			return damaged("moments.state", err)
		}
		run.moments = append(run.moments, waypoint{instant: instantOf(elapsed), state: was})
		return nil
	}, "SELECT run, elapsed, "+cut("state")+" FROM moments ORDER BY run, elapsed")
}

// readPlaces reads where the runs were on the axes of whose values or marks the
// clock tells no times.
func (r *Reader) readPlaces(c *contents) error {
	for _, run := range c.runs {
		untimed := func(s series) bool { return len(s.Values) > 0 && !s.clocked(c.clock()) }
		if !slices.ContainsFunc(run.series, untimed) && (len(run.marks) == 0 || run.marksClocked(c.clock())) {
			continue
		}
		i := 0
		err := r.query(func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			var at map[string]float64
			if decode(text, &at) == nil {
				for _, a := range c.axes {
					run.moments[i].places = append(run.moments[i].places, valueOf(at, a.Key))
				}
			}
			i++
			return nil
		}, fmt.Sprintf(`SELECT CASE WHEN json_valid(shown) THEN ifnull(substr(json_extract(shown, '$.at'), 1, %d), '') ELSE '' END
			FROM moments WHERE run = ? ORDER BY elapsed LIMIT ?`, mostJSON+1), run.ID, len(run.moments))
		if err != nil {
			return err
		}
	}
	return nil
}

// mostClasses are as many moments as are read for what clients' examples are of:
// each process that wrote the record has told it once.
const mostClasses = 8

// readClasses reads what never changes of the clients of federations.
func (r *Reader) readClasses(c *contents) error {
	for _, run := range c.runs {
		run.classes = map[int][]int{}
		err := r.query(func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			var m moment
			if decode(text, &m) != nil || m.Federation == nil {
				return nil
			}
			for _, client := range m.Federation.Clients {
				if client.Classes != nil {
					run.classes[client.ID] = client.Classes
				}
			}
			return nil
		}, fmt.Sprintf(`SELECT %s FROM moments WHERE run = ? AND instr(shown, '"classes":') > 0 ORDER BY elapsed LIMIT %d`, shownColumn, mostClasses), run.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// momentAt is how a run stood at a time or, where that is not known, before it.
func (r *Reader) momentAt(run int, elapsed float64) (moment, error) {
	var m moment
	err := r.query(func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		if err := decode(text, &m); err != nil {
			return damaged("moments.shown", err)
		}
		return nil
	}, "SELECT "+shownColumn+" FROM moments WHERE run = ? AND elapsed <= ? ORDER BY elapsed DESC LIMIT 1", run, elapsed)
	return m, err
}
