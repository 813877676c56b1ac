package record

import "fmt"

// What only runs have that other programs train. Older records have no tables of it.

// has says whether the record has a table.
func (r *Reader) has(table string) (there bool, err error) {
	err = r.query(func(scan func(...any) error) error { return scan(&there) }, "SELECT count(*) > 0 FROM sqlite_schema WHERE name = ?", table)
	return there, err
}

// readLogs reads where the logs of runs are, and what these were configured with.
func (r *Reader) readLogs(c *contents) error {
	if there, err := r.has("logs"); !there {
		return err
	}
	return r.query(func(scan func(...any) error) error {
		var id int
		var path, parameters string
		if err := scan(&id, &path, &parameters); err != nil {
			return err
		}
		run := c.run(id)
		if run == nil {
			return nil
		}
		run.Path = path
		if err := decode(parameters, &run.Parameters); err != nil {
			return damaged("logs.parameters", err)
		}
		return nil
	}, fmt.Sprintf("SELECT run, %s, substr(parameters, 1, %d) FROM logs", cut("path"), mostJSON+1))
}

// readOutput reads the lines that runs printed.
func (r *Reader) readOutput(c *contents) error {
	if there, err := r.has("output"); !there {
		return err
	}
	return r.query(func(scan func(...any) error) error {
		var id int
		var elapsed real
		var line string
		if err := scan(&id, &elapsed, &line); err != nil {
			return err
		}
		if run := c.run(id); run != nil {
			run.lines = append(run.lines, dated[string]{instantOf(elapsed).at, line})
		}
		return nil
	}, fmt.Sprintf("SELECT run, elapsed, %s FROM output ORDER BY run, number LIMIT %d", cut("text"), mostEvents))
}
