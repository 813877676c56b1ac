package follow

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"optwatch/train/follow/script"
	"optwatch/train/view"
)

// steered is what a script lets be changed.
type steered struct {
	dir    *script.Dir
	now    script.Controls
	gone   bool                                 // without having said how it ended
	send   func(script.Command) (string, error) // into the script's file, which may take as long as its file system does
	outbox []letter                             // what is still to be sent, the first of which is on its way
}

// steerable opens the folder of a run whose script takes commands; nil for others.
func steerable(l located) *steered {
	if l.format.Name != "optwatch" {
		return nil
	}
	dir, err := script.Open(filepath.Dir(l.path))
	if err != nil {
		return nil
	}
	return &steered{dir: dir, send: dir.Send}
}

// lookAtScripts takes in what scripts have said of their controls.
func (w *Watch) lookAtScripts() {
	for _, r := range w.runs {
		if s := r.steered; s != nil {
			w.lookAtScript(s)
		}
	}
}

// lookAtScript asks whether the script is gone before it reads what that wrote
// last, which may be how it ended.
func (w *Watch) lookAtScript(s *steered) {
	gone := s.dir.Gone()
	for more := true; more; {
		now, rest, err := s.dir.Look()
		w.mu.Lock()
		s.now = now
		w.mu.Unlock()
		more = rest && err == nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	s.gone = gone && !s.now.Over()
}

// fate is what is known of the process of a run. A script names its own, which is
// surer than what was found.
func (r *run) fate() Life {
	if r.steered != nil && r.steered.gone {
		return Gone
	}
	return r.behind.life
}

// scripted says whether a script is there that takes commands.
func (r *run) scripted() bool {
	return r.steered != nil && !r.steered.now.Over() && !r.state.Ended()
}

// kindOf is the command that changes a setting.
func kindOf(s *script.Setting) view.CommandKind {
	if s.Options != nil {
		return view.Switch
	}
	return view.Set
}

// settings are the numbers that a script lets be changed.
func (w *Watch) settings(r *run) (out []view.Setting) {
	if r.steered == nil {
		return nil
	}
	for _, s := range r.steered.now.Settings {
		if s.Options != nil {
			continue
		}
		q := view.Setting{Key: s.Name, Name: s.Name, Value: s.Number}
		if s.Whole {
			q.Format = view.Count
		}
		out = append(out, q)
	}
	return out
}

// method is the choices that a script has taken, in words.
func (r *run) method() string {
	if r.steered == nil {
		return ""
	}
	var names []string
	for _, s := range r.steered.now.Settings {
		if s.Options != nil && s.Option != "" {
			names = append(names, s.Option)
		}
	}
	return strings.Join(names, " ")
}

// commandsOf are what a script is told for a command: for a switch one for each
// choice, "optimizer=adamw,model=net".
func (r *run) commandsOf(c view.Command) ([]script.Command, error) {
	switch c.Kind {
	case view.Set:
		return r.set(c.Setting, c.Value)
	case view.Switch:
		return r.choose(c.Recipe)
	}
	return []script.Command{{Kind: plainWords[c.Kind]}}, nil
}

// plainWords are what scripts call the commands that are about no setting.
var plainWords = map[view.CommandKind]string{
	view.Pause: "pause", view.Resume: "resume", view.StepOnce: "step", view.Stop: "stop", view.Save: "checkpoint",
}

// set is what changes a number.
func (r *run) set(name string, value float64) ([]script.Command, error) {
	s := r.setting(name)
	switch {
	case s == nil || s.Options != nil:
		return nil, fmt.Errorf("the script of %s does not declare the number %q", r.name, name)
	case math.IsNaN(value):
		return nil, fmt.Errorf("what %s is now is not known: the script has not told it", name)
	case value < s.Low || value > s.High:
		return nil, fmt.Errorf("%s must be %s", name, s.Range())
	}
	return []script.Command{{Kind: "set", Name: name, Value: value}}, nil
}

// choose is what changes those of some choices that are others now.
func (r *run) choose(recipe string) (out []script.Command, err error) {
	for pair := range strings.SplitSeq(recipe, ",") {
		name, option, _ := strings.Cut(pair, "=")
		s := r.setting(name)
		switch {
		case s == nil || s.Options == nil:
			return nil, fmt.Errorf("the script of %s does not declare the choice %q", r.name, name)
		case !slices.Contains(s.Options, option):
			return nil, fmt.Errorf("%s may be %s", name, strings.Join(s.Options, ", "))
		case option != s.Option:
			out = append(out, script.Command{Kind: "choose", Name: name, Value: option})
		}
	}
	return out, nil
}

// setting is one that a script declares; nil where there is none of the name.
func (r *run) setting(name string) *script.Setting {
	for i := range r.steered.now.Settings {
		if s := &r.steered.now.Settings[i]; s.Name == name {
			return s
		}
	}
	return nil
}

// answered is what a script has done, in words.
func answered(c script.Command, a script.Answer) string {
	switch c.Kind {
	case "set", "choose":
		return c.Name + " is " + a.Value
	case "checkpoint":
		return strings.TrimSpace("checkpoint " + a.Text)
	case "step":
		return ""
	}
	return map[string]string{"pause": "paused", "resume": "resumed", "stop": "stops"}[c.Kind]
}

// choices are those that a script offers, and what some of them come to.
func (r *run) choices(chosen []string) view.Offer {
	o := view.Offer{Same: true}
	var pairs []string
	for i := range r.steered.now.Settings {
		s := &r.steered.now.Settings[i]
		if s.Options == nil {
			continue
		}
		p := view.Part{Title: s.Name, At: max(0, slices.Index(s.Options, s.Option))}
		if n := len(o.Parts); n < len(chosen) {
			p.At = max(0, slices.Index(s.Options, chosen[n]))
		}
		for _, option := range s.Options {
			p.Choices = append(p.Choices, view.Choice{Name: option, Title: option})
		}
		option := s.Options[p.At]
		o.Same = o.Same && option == s.Option
		pairs = append(pairs, s.Name+"="+option)
		o.Parts = append(o.Parts, p)
	}
	o.Recipe = strings.Join(pairs, ",")
	o.Summary = "the script's own: " + o.Recipe
	return o
}
