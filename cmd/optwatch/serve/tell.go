package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// order is a command as it was said.
type order struct {
	to, said string // the name of the run, "" for none, and the words
	command  view.Command
}

// tell understands all of what is said before any of it is sent. Orders of one
// round are sent together, and the next round once all of them are answered; what
// comes after a refusal is not sent.
func (s *Seat) tell(ctx context.Context, words []string, out io.Writer) int {
	if s.role != Operator {
		return say(out, refused, "%v", errReadOnly)
	}
	snap := s.Snapshot()
	if err := listens(snap); err != nil {
		return say(out, refused, "%v", err)
	}
	if len(words) > 0 && words[0] == "line" && snap.Joining != nil {
		return s.tellLine(ctx, words[1:], out)
	}
	rounds, err := understand(snap, words)
	if err != nil {
		return say(out, notUnderstood, "%v", err)
	}
	for _, o := range slices.Concat(rounds...) {
		if !slices.Contains(snap.Accepts, o.command.Kind) {
			return say(out, refused, "%s: this takes no command to %s%s", draw.Clean(o.said), o.command.Kind, ofRun(o.command.Kind))
		}
	}
	for i, round := range rounds {
		if len(round) == 0 {
			say(out, done, nobody(words))
			continue
		}
		if s.carryOut(ctx, round, out) {
			continue
		}
		if left := len(rounds) - i - 1; left > 0 {
			say(out, refused, "what was said after that is not carried out")
		}
		return refused
	}
	return done
}

// ofRun names what commands of a kind are for, after it.
func ofRun(k view.CommandKind) string {
	if k >= view.Admit {
		return ""
	}
	return " a run"
}

// nobody says why there is nobody whom words are for.
func nobody(words []string) string {
	if words[0] == "all" {
		return "every run has ended: none can be paused or resumed"
	}
	return "nobody waits to be let in"
}

// listens says why a source takes no commands just now.
func listens(s *view.Snapshot) error {
	switch {
	case s.Phase == view.PhaseLoading:
		return fmt.Errorf("nothing runs yet: %s", orElse(draw.Clean(s.Loading.What), "loading"))
	case s.Phase == view.PhaseFailed:
		return fmt.Errorf("nothing runs: %s", orElse(draw.Clean(s.Failure.Title), "it failed"))
	case len(s.Accepts) == 0:
		return errors.New("this is only looked at: it takes no commands")
	}
	return nil
}

// understand makes rounds of orders of the words after "tell".
func understand(s *view.Snapshot, words []string) ([][]order, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("tell whom? %s", whoThereIs(s))
	}
	rest := words[1:]
	switch words[0] {
	case "add":
		if len(rest) != 1 || rest[0] == "" {
			return nil, errors.New(`want one recipe without spaces after "add", e.g. tell add adam:lr=0.01`)
		}
		return [][]order{{{said: "add " + rest[0], command: view.Command{Kind: view.Add, Recipe: rest[0]}}}}, nil
	case "all":
		return understandAll(s, rest)
	case "admit", "refuse":
		if s.Joining != nil {
			return understandDoor(s.Joining, words[0], rest)
		}
	}
	name, _ := strings.CutPrefix(words[0], "run=")
	i := slices.IndexFunc(s.Runs, func(r view.Run) bool { return r.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no run %s: %s", quoted(name), whoThereIs(s))
	}
	r := &s.Runs[i]
	if len(rest) == 0 {
		return nil, fmt.Errorf("tell %s what? %s", draw.Clean(r.Name), whatRunsAreTold(r))
	}
	var rounds [][]order
	for _, w := range rest {
		c, err := action(r, w)
		if err != nil {
			return nil, err
		}
		rounds = append(rounds, []order{{to: r.Name, said: w, command: c}})
	}
	return rounds, nil
}

// understandAll is for all runs at once, of those that have not ended.
func understandAll(s *view.Snapshot, words []string) ([][]order, error) {
	if len(words) == 0 {
		return nil, errors.New("tell all what? pause or resume")
	}
	var rounds [][]order
	for _, w := range words {
		kind, ok := wholeActions[w]
		if !ok || kind != view.Pause && kind != view.Resume {
			return nil, fmt.Errorf("all runs at once cannot be told %s: want pause or resume", quoted(w))
		}
		var round []order
		for i := range s.Runs {
			if r := &s.Runs[i]; !r.State.Ended() && r.Obeys(kind) {
				round = append(round, order{to: r.Name, said: w, command: view.Command{Kind: kind, Run: r.ID}})
			}
		}
		rounds = append(rounds, round)
	}
	return rounds, nil
}

// mostListed is how many names an answer lists.
const mostListed = 16

// whoThereIs says whom words can be told.
func whoThereIs(s *view.Snapshot) string {
	if len(s.Runs) == 0 {
		return "there are no runs"
	}
	var names []string
	for i := range s.Runs[:min(len(s.Runs), mostListed)] {
		names = append(names, draw.Short(draw.Clean(s.Runs[i].Name), 30))
	}
	if more := len(s.Runs) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return "there is " + strings.Join(names, ", ")
}

// orElse is a text, or another where it is empty.
func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
