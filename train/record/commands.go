package record

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"optwatch/train/view"
)

// note is a command to be written, or an outcome of one.
type note struct {
	number  int64 // of its row
	id      uint64
	command view.Command
	at      time.Time
	elapsed float64
	who     string
	run     string
	written bool   // the row is there
	outcome string // "" while it is open
}

// mostOpen bounds the commands whose outcome is waited for. Those that need no
// acknowledgement have none for ever.
const mostOpen = 1000

// Commanded notes a command and who sent it, just before the source is asked;
// Refused that the source did not take it. The outcome of one that was taken
// comes with the event that answers it.
func (w *Writer) Commanded(who string, c view.Command) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.commands++
	n := note{number: w.commands, id: c.ID, command: c, at: time.Now(), who: who}
	if w.shown != nil {
		n.elapsed = (w.shown.Elapsed + n.at.Sub(w.at)).Seconds()
	}
	w.name(&n)
	if len(w.notes) >= mostOpen {
		w.notes = dropOldest(w.notes)
	}
	w.notes = append(w.notes, n)
}

// name puts the run of a command down, once it is known: one that has only just
// been added is not yet shown when it is told something.
func (w *Writer) name(n *note) {
	if w.shown == nil || n.run != "" || !ofRun(n.command.Kind) {
		return
	}
	if r := w.shown.Run(n.command.Run); r != nil {
		n.run = r.Name
	}
}

// dropOldest leaves out the first that is written and waits for its outcome, or
// else the first.
func dropOldest(notes []note) []note {
	i := max(0, slices.IndexFunc(notes, func(n note) bool { return n.written }))
	return slices.Delete(notes, i, i+1)
}

// ofRun says whether commands of a kind are for one run.
func ofRun(k view.CommandKind) bool {
	switch k {
	case view.Add, view.Finish, view.Play, view.Freeze, view.Speed, view.Seek, view.Admit, view.TurnAway, view.NewLine:
		return false
	}
	return true
}

// Refused notes why a command was not taken.
func (w *Writer) Refused(c view.Command, why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.notes) - 1; i >= 0; i-- {
		n := &w.notes[i]
		if n.outcome == "" && n.id == c.ID && n.command.Kind == c.Kind && n.command.Run == c.Run {
			if n.outcome = why.Error(); n.outcome == "" {
				n.outcome = refused
			}
			return
		}
	}
}

// Outcomes of commands that were carried out, or were not for a reason that nobody tells.
const (
	done    = "done"
	refused = "refused"
)

// takeNotes plans to write the commands that are new, and the outcomes that are
// known: those that the events tell too.
func (w *Writer) takeNotes(p *plan, answers map[uint64]string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.notes {
		n := &w.notes[i]
		outcome := n.outcome
		if said, ok := answers[n.id]; ok && n.id != 0 && outcome == "" {
			outcome = said
		}
		if !n.written {
			w.name(n)
			p.add("INSERT INTO commands (number, at, elapsed, who, run, what, outcome) VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''))",
				n.number, timeText(n.at), n.elapsed, n.who, n.run, wordsOf(n.command), outcome)
		} else if outcome != "" {
			p.add("UPDATE commands SET outcome = ? WHERE number = ?", outcome, n.number)
		} else {
			continue
		}
		number := n.number
		p.after(func() { w.noted(number, outcome != "") })
	}
}

// noted says that a command is in the record, and that no more is to be written of it.
func (w *Writer) noted(number int64, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.notes, func(n note) bool { return n.number == number })
	switch {
	case i < 0:
	case closed:
		w.notes = slices.Delete(w.notes, i, i+1)
	default:
		w.notes[i].written = true
	}
}

// wordsOf is a command in words, but for the run that it is for.
func wordsOf(c view.Command) string {
	value := strconv.FormatFloat(c.Value, 'g', -1, 64)
	what := c.Recipe
	if what == "" {
		what = strings.Join(c.Choice, " ")
	}
	switch c.Kind {
	case view.StepOnce:
		return "one step"
	case view.Set:
		return "set " + c.Setting + " " + value
	case view.Switch:
		return "switch to " + what
	case view.Add:
		return "add " + what
	case view.DropClient:
		return fmt.Sprintf("drop client %d", c.Client)
	case view.RejoinClient:
		return fmt.Sprintf("take in client %d", c.Client)
	case view.Admit, view.TurnAway:
		return c.Kind.String() + " " + c.Key
	case view.Speed:
		return "speed " + value
	case view.Seek:
		return "seek " + value + " s"
	}
	return c.Kind.String()
}
