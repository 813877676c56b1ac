package serve

import (
	"context"
	"fmt"
	"io"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// What can be asked and told in words of a federation that clients join from
// other machines.

// tellLine tells the command to type on a client's machine, after making a new
// one if that is asked for. It is alone on its line, so that scripts can take it.
func (s *Seat) tellLine(ctx context.Context, words []string, out io.Writer) int {
	switch {
	case len(words) == 0:
	case len(words) == 1 && words[0] == "new":
		var said strings.Builder
		if !s.carryOut(ctx, []order{{said: "line new", command: view.Command{Kind: view.NewLine}}}, &said) {
			return say(out, refused, "%s", strings.TrimSpace(said.String()))
		}
	default:
		return say(out, notUnderstood, `%s after "line" is not understood: want new or nothing`, quoted(strings.Join(words, " ")))
	}
	line := draw.Clean(s.Snapshot().Joining.Line)
	if line == "" {
		return say(out, refused, "no others are to join: the clients are processes of this one")
	}
	return say(out, done, "%s", line)
}

// understandDoor makes orders of words about those who wait to be let in: by their
// fingerprints, or all of them.
func understandDoor(j *view.Joining, verb string, words []string) ([][]order, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("%s whom? %s", verb, whoWaits(j))
	}
	kind := map[string]view.CommandKind{"admit": view.Admit, "refuse": view.TurnAway}[verb]
	var rounds [][]order
	for _, w := range words {
		var round []order
		for i := range j.Waiting {
			if key := j.Waiting[i].Key; w == "all" || w == key {
				round = append(round, order{said: verb + " " + key, command: view.Command{Kind: kind, Key: key}})
			}
		}
		if len(round) == 0 && w != "all" {
			return nil, fmt.Errorf("nobody with the key %s waits: %s", quoted(w), whoWaits(j))
		}
		rounds = append(rounds, round)
	}
	return rounds, nil
}

// whoWaits names those who wait to be let in.
func whoWaits(j *view.Joining) string {
	if len(j.Waiting) == 0 {
		return "nobody waits to be let in"
	}
	var out []string
	for i := range j.Waiting[:min(len(j.Waiting), mostListed)] {
		out = append(out, applicantText(&j.Waiting[i]))
	}
	if more := len(j.Waiting) - len(out); more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return "there is " + strings.Join(out, ", ")
}

// applicantText is who waits, with the fingerprint of its key.
func applicantText(a *view.Applicant) string {
	name, host := draw.Short(draw.Clean(a.Name), 30), draw.Short(draw.Clean(a.Host), 30)
	who := orElse(name, host)
	if name != "" && host != "" && name != host {
		who = name + "@" + host
	}
	return spaced(draw.Clean(a.Key), "("+orElse(who, "without a name")+")")
}

// joiningLines say how many clients are there, where others find it, and who waits.
func joiningLines(j *view.Joining) []string {
	if j == nil {
		return nil
	}
	there := fmt.Sprintf("%d of %d clients are there", j.There, j.Clients)
	if j.Address != "" {
		there += "; others join at " + draw.Clean(j.Address)
	}
	out := wrapped(there)
	for i := range j.Waiting[:min(len(j.Waiting), mostListed)] {
		out = append(out, wrapped("waits to be let in: "+applicantText(&j.Waiting[i]))...)
	}
	var refused []string
	for _, r := range j.Refused {
		refused = append(refused, fmt.Sprintf("%d %s", r.Count, draw.Clean(r.Reason)))
	}
	if len(refused) > 0 {
		out = append(out, wrapped("refused: "+strings.Join(refused, ", "))...)
	}
	return out
}

// statusJoining is that in JSON.
type statusJoining struct {
	Address string            `json:"address"`
	Clients int               `json:"clients"`
	There   int               `json:"there"`
	Waiting []statusApplicant `json:"waiting"`
	Refused map[string]int    `json:"refused"` // how many, by reason
}

type statusApplicant struct {
	Key      string `json:"key"`
	Name     string `json:"name"`
	Host     string `json:"host"`
	Version  string `json:"version"`
	Examples int    `json:"examples"`
}

// statusOfJoining is how clients come; nil where they come from nowhere else.
func statusOfJoining(j *view.Joining) *statusJoining {
	if j == nil {
		return nil
	}
	out := &statusJoining{Address: draw.Clean(j.Address), Clients: j.Clients, There: j.There, Waiting: []statusApplicant{}, Refused: map[string]int{}}
	for _, a := range j.Waiting {
		out.Waiting = append(out.Waiting, statusApplicant{draw.Clean(a.Key), draw.Clean(a.Name), draw.Clean(a.Host), draw.Clean(a.Version), a.Examples})
	}
	for _, r := range j.Refused {
		out.Refused[draw.Clean(r.Reason)] += r.Count
	}
	return out
}

// withoutSecret is how clients come, for one who may only look.
func withoutSecret(j *view.Joining) *view.Joining {
	if j == nil {
		return nil
	}
	out := *j
	out.Line = ""
	return &out
}
