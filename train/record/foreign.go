package record

import (
	"strings"

	"optwatch/train/view"
)

// foreign writes what only runs have that other programs train: where their logs
// are, what they were configured with, and what they print.
type foreign struct {
	looked map[int]uint64 // Run.Generation of what is written
	logs   map[int]string // as they are written, as text
	output map[int]printed
}

// printed is what a run had printed when it was looked at last.
type printed struct {
	lines  []string
	number int64 // of the last one in the record
}

// The bounds of the lines that are kept: of a run at least so many as a source
// shows, of all runs together, and of each so many bytes.
const (
	leastPrinted = 500
	mostPrinted  = 20_000
	longestLine  = 500
)

func newForeign() foreign {
	return foreign{looked: map[int]uint64{}, logs: map[int]string{}, output: map[int]printed{}}
}

// write plans to write what is new.
func (f *foreign) write(p *plan, snap *view.Snapshot) {
	most := max(leastPrinted, mostPrinted/max(1, len(snap.Runs)))
	for i := range snap.Runs {
		r := &snap.Runs[i]
		if looked, ok := f.looked[r.ID]; ok && looked == r.Generation && r.Generation != 0 {
			continue
		}
		f.writeLog(p, r)
		f.writeOutput(p, r, snap.Elapsed.Seconds(), most)
		p.after(func() { f.looked[r.ID] = r.Generation })
	}
}

// writeLog plans to write where a run's log is, and what the run was configured with.
func (f *foreign) writeLog(p *plan, r *view.Run) {
	if r.Path == "" && len(r.Parameters) == 0 {
		return
	}
	parameters := encode(r.Parameters)
	text := r.Path + "\x00" + parameters
	if f.logs[r.ID] == text {
		return
	}
	p.add("INSERT OR REPLACE INTO logs (run, path, parameters) VALUES (?, ?, ?)", r.ID, r.Path, parameters)
	p.after(func() { f.logs[r.ID] = text })
}

// writeOutput plans to write the lines that are new, and to keep the latest.
func (f *foreign) writeOutput(p *plan, r *view.Run, elapsed float64, most int) {
	was, known := f.output[r.ID]
	fresh := newLines(was.lines, r.Output)
	if len(fresh) == 0 {
		return
	}
	if !known { // what another process wrote of it
		p.add("DELETE FROM output WHERE run = ?", r.ID)
	}
	now := printed{r.Output, was.number}
	for _, line := range fresh {
		now.number++
		p.add("INSERT INTO output (run, number, elapsed, text) VALUES (?, ?, ?, ?)", r.ID, now.number, elapsed, shortened(line))
	}
	if now.number > int64(most) {
		p.add("DELETE FROM output WHERE run = ? AND number <= ?", r.ID, now.number-int64(most))
	}
	p.after(func() { f.output[r.ID] = now })
}

// newLines are those at the end of a list of the latest that an earlier list of
// these does not end with.
func newLines(was, now []string) []string {
	for common := min(len(was), len(now)); common > 0; common-- {
		if sameLines(was[len(was)-common:], now[:common]) {
			return now[common:]
		}
	}
	return now
}

func sameLines(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// shortened is the beginning of a line.
func shortened(line string) string {
	return strings.ToValidUTF8(line[:min(len(line), longestLine)], "")
}
