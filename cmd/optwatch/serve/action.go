package serve

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"optwatch/optimizers"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// wholeActions are the actions of one word.
var wholeActions = map[string]view.CommandKind{
	"pause": view.Pause, "resume": view.Resume, "step": view.StepOnce,
	"stop": view.Stop, "restart": view.Restart, "branch": view.Branch,
	"checkpoint": view.Save,
}

// wholeOrder is the order in which they are listed.
var wholeOrder = []string{"pause", "resume", "step", "stop", "restart", "branch", "checkpoint"}

// action is the command to a run that a word says.
func action(r *view.Run, word string) (view.Command, error) {
	c := view.Command{Run: r.ID}
	key, value, pair := strings.Cut(word, "=")
	if !pair {
		kind, ok := wholeActions[word]
		if !ok {
			return c, fmt.Errorf("%s is nothing that %s can be told: %s", quoted(word), draw.Clean(r.Name), whatRunsAreTold(r))
		}
		c.Kind = kind
		return c, nil
	}
	switch key {
	case "switch":
		c.Kind, c.Recipe = view.Switch, value
		if value == "" {
			return c, fmt.Errorf("want a recipe after %q, e.g. switch=adam:lr=0.01", "switch=")
		}
		return c, nil
	case "drop":
		return client(r, view.DropClient, key, value)
	case "rejoin":
		return client(r, view.RejoinClient, key, value)
	case "set":
		if key, value, pair = strings.Cut(value, "="); !pair {
			return c, fmt.Errorf("want a setting and its value after %q, e.g. set=lr=0.05", "set=")
		}
	}
	return setting(r, key, value)
}

// setting is the command that sets one of the numbers that the run trains with, or
// of one whose script offers choices by names makes such a choice.
func setting(r *view.Run, key, value string) (view.Command, error) {
	c := view.Command{Kind: view.Set, Run: r.ID, Setting: key}
	switch _, ok := r.Setting(key); {
	case ok:
	case r.Accepts != nil && r.Obeys(view.Switch):
		return view.Command{Kind: view.Switch, Run: r.ID, Recipe: key + "=" + value}, nil
	default:
		return c, fmt.Errorf("%s has no setting %s: %s", draw.Clean(r.Name), quoted(key), settingsOf(r))
	}
	v, err := optimizers.Decimal(value)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return c, fmt.Errorf("%s of %s is no number: got %s, want e.g. 0.05 or 1e-3", draw.Clean(key), draw.Clean(r.Name), quoted(value))
	}
	c.Value = v
	return c, nil
}

// client is the command about a client of a federated run, by its number or as
// the log calls it: 3 or c3.
func client(r *view.Run, kind view.CommandKind, key, value string) (view.Command, error) {
	c := view.Command{Kind: kind, Run: r.ID}
	f := r.Federation
	if f == nil || len(f.Clients) == 0 {
		return c, fmt.Errorf("%s has no clients: it is not federated", draw.Clean(r.Name))
	}
	id, err := strconv.Atoi(strings.TrimPrefix(value, "c"))
	low, high, there := math.MaxInt, math.MinInt, false
	for i := range f.Clients {
		at := f.Clients[i].ID
		low, high, there = min(low, at), max(high, at), there || at == id
	}
	if err != nil || !there {
		return c, fmt.Errorf("there is no client %s of %s: want %s=%d to %s=%d", quoted(value), draw.Clean(r.Name), key, low, key, high)
	}
	c.Client = id
	return c, nil
}

// whatRunsAreTold are all actions of a run.
func whatRunsAreTold(r *view.Run) string {
	const whole = "want pause, resume, step, stop, restart, branch, switch=RECIPE"
	switch {
	case r.Accepts != nil:
		return "want " + acceptedBy(r)
	case r.Federation != nil:
		return whole + ", drop=CLIENT, rejoin=CLIENT or a setting; " + settingsOf(r)
	case len(r.Settings) > 0:
		return whole + " or a setting; " + settingsOf(r)
	}
	return whole
}

// acceptedBy are the actions of a run that tells which it takes.
func acceptedBy(r *view.Run) string {
	var out []string
	for _, word := range wholeOrder {
		if r.Obeys(wholeActions[word]) {
			out = append(out, word)
		}
	}
	if r.Obeys(view.Switch) {
		out = append(out, "switch=KEY=VALUE for a choice")
	}
	if r.Obeys(view.Set) {
		out = append(out, "a setting; "+settingsOf(r))
	}
	if len(out) == 0 {
		return "nothing: it is only looked at"
	}
	return strings.Join(out, ", ")
}

// settingsOf are the settings of a run as they would be said.
func settingsOf(r *view.Run) string {
	if len(r.Settings) == 0 {
		return "it has none"
	}
	var out []string
	for _, k := range r.Settings[:min(len(r.Settings), mostListed)] {
		out = append(out, draw.Clean(k.Key)+"="+strconv.FormatFloat(k.Value, 'g', 4, 64))
	}
	return "it has " + strings.Join(out, " ")
}
