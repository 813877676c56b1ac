package follow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"optwatch/train/follow/process"
	"optwatch/train/follow/script"
	"optwatch/train/view"
)

// A run is steered by the files of its script where that takes our one file, and
// else paused by signals to its processes, if they are known.

// gpuMetric is the share of time in which a run's GPUs are busy.
const gpuMetric = "gpu"

// steered is what a script lets be changed.
type steered struct {
	dir  *script.Dir
	now  script.Controls
	gone bool // without having said how it ended
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
	return &steered{dir: dir}
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

// accepts are the commands that any run takes.
func (w *Watch) accepts() (out []view.CommandKind) {
	for _, r := range w.runs {
		for _, k := range w.accepted(r) {
			if !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	return out
}

// accepted are the commands that a run takes. They are never nil, which would be all.
func (w *Watch) accepted(r *run) []view.CommandKind {
	out := []view.CommandKind{}
	switch {
	case !w.options.Steer:
	case r.scripted():
		out = append(out, view.Pause, view.Resume, view.StepOnce, view.Stop)
		if r.steered.now.Checkpoint {
			out = append(out, view.Save)
		}
		for _, s := range r.steered.now.Settings {
			if k := kindOf(&s); !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	case r.steered == nil && !r.state.Ended() && r.behind.life == Alive && r.behind.match.Evidence >= process.Named:
		out = append(out, view.Pause, view.Resume)
	}
	return out
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

// Do hands a command on to the script, or signals the processes; what comes of it
// is told by an event.
func (w *Watch) Do(c view.Command) error {
	w.mu.Lock()
	r := w.runOf(c.Run)
	var commands []script.Command
	var err error
	switch {
	case r == nil:
		err = errors.New("there is no such run")
	case !slices.Contains(w.accepted(r), c.Kind):
		err = errors.New(w.whyNot(r, c.Kind))
	case r.scripted():
		commands, err = r.commandsOf(c)
	default:
		defer w.mu.Unlock()
		w.signal(r, c)
		return nil
	}
	if err != nil {
		w.mu.Unlock()
		return err
	}
	s := r.steered
	w.mu.Unlock()
	return w.tellScript(r, s, c, commands)
}

func (w *Watch) runOf(id int) *run {
	for _, r := range w.runs {
		if r.id == id {
			return r
		}
	}
	return nil
}

// whyNot is why a run does not take a command.
func (w *Watch) whyNot(r *run, k view.CommandKind) string {
	switch {
	case !w.options.Steer:
		return "this screen only looks"
	case r.state.Ended():
		return r.name + " has ended"
	case r.scripted():
		return fmt.Sprintf("the script of %s does not let %v it", r.name, k)
	case slices.Contains(w.accepted(r), view.Pause):
		return "its script does not use optwatch.py: it can be paused and resumed, and nothing else"
	}
	return "its script does not use optwatch.py, and its process is not known: only its log is read"
}

// commandsOf are what a script is told for a command: for a switch one for each
// choice, "optimizer=adamw,model=net".
func (r *run) commandsOf(c view.Command) ([]script.Command, error) {
	switch c.Kind {
	case view.Pause:
		return []script.Command{{Kind: "pause"}}, nil
	case view.Resume:
		return []script.Command{{Kind: "resume"}}, nil
	case view.StepOnce:
		return []script.Command{{Kind: "step"}}, nil
	case view.Stop:
		return []script.Command{{Kind: "stop"}}, nil
	case view.Save:
		return []script.Command{{Kind: "checkpoint"}}, nil
	case view.Set:
		s := r.setting(c.Setting)
		if s == nil || s.Options != nil {
			return nil, fmt.Errorf("the script of %s does not declare the number %q", r.name, c.Setting)
		}
		if math.IsNaN(c.Value) {
			return nil, fmt.Errorf("what %s is now is not known: the script has not told it", s.Name)
		}
		if c.Value < s.Low || c.Value > s.High {
			return nil, fmt.Errorf("%s must be %s", s.Name, s.Range())
		}
		return []script.Command{{Kind: "set", Name: s.Name, Value: c.Value}}, nil
	}
	var out []script.Command
	for pair := range strings.SplitSeq(c.Recipe, ",") {
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

// tellScript writes a command for a script, and waits for its answer elsewhere.
func (w *Watch) tellScript(r *run, s *steered, c view.Command, commands []script.Command) error {
	var ids []string
	for _, told := range commands {
		id, err := s.dir.Send(told)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waitFor(r, c.Kind)
	go w.await(r, s, c, commands, ids)
	return nil
}

// waitFor shows that a command is on its way.
func (w *Watch) waitFor(r *run, k view.CommandKind) {
	r.pending = map[view.CommandKind]view.Pending{
		view.Pause: view.Pausing, view.Resume: view.Resuming, view.Stop: view.Stopping, view.Set: view.Changing, view.Switch: view.Changing,
	}[k]
	r.changed++
	w.generation++
}

// answerTime is how long an answer is waited for: a step may be long.
const answerTime = 10 * time.Minute

// await tells what a script answers.
func (w *Watch) await(r *run, s *steered, c view.Command, commands []script.Command, ids []string) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	text, failed := "", error(nil)
	for i, id := range ids {
		a, err := s.dir.Await(ctx, id)
		if err == nil && !a.OK {
			err = errors.New(a.Text)
		}
		if failed = errors.Join(failed, err); err == nil {
			text = answered(commands[i], a)
		}
	}
	w.lookAtScript(s)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acknowledge(r, c, text, failed)
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

// acknowledge tells what has become of a command.
func (w *Watch) acknowledge(r *run, c view.Command, text string, err error) {
	r.pending = view.Nothing
	r.changed++
	kind := map[view.CommandKind]view.EventKind{
		view.Pause: view.EventPause, view.Resume: view.EventResume, view.Stop: view.EventEnd, view.Set: view.EventSetting, view.Switch: view.EventSwitch,
	}[c.Kind]
	if err != nil {
		kind, text = view.EventRefused, fmt.Sprintf("%v: %v", c.Kind, err)
	}
	now := w.options.Now()
	w.tell(event{now.Sub(w.began), r.name, kind, text})
	w.events[len(w.events)-1].Command = c.ID // nobody has been shown it yet
	if err == nil && text != "" && kind != view.EventInfo {
		r.happened(news{kind: kind, at: r.at, text: text}, func(news) {})
	}
	w.standOf(r, now)
	w.publish()
}

// signal pauses or resumes the processes of a run.
func (w *Watch) signal(r *run, c view.Command) {
	w.waitFor(r, c.Kind)
	tops, pause := r.behind.match.IDs(), r.behind.pause
	go func() {
		system := process.Here()
		var err error
		text := "its processes stand still, by SIGSTOP; their memory stays held"
		if c.Kind == view.Pause {
			pause, err = system.Stop(tops...)
		} else {
			text = "its processes go on, by SIGCONT"
			if len(pause.Stopped) == 0 {
				pause, err = system.Halted(tops...)
			}
			if err == nil {
				err = system.Continue(pause)
			}
			pause = process.Pause{}
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if err == nil {
			r.behind.pause, r.behind.still = pause, c.Kind == view.Pause
		}
		w.acknowledge(r, c, text, err)
	}()
}

// Offer says what a command would come to.
func (w *Watch) Offer(c view.Command) view.Offer {
	offer, stops := w.offer(c)
	if stops == nil {
		return offer
	}
	text, err := process.Here().Confirm(*stops)
	if err != nil {
		return view.Offer{Refused: err.Error()}
	}
	return view.Offer{Ask: text}
}

// offer is what can be said without looking at processes, or else those that a
// command would stop.
func (w *Watch) offer(c view.Command) (offer view.Offer, stops *process.Match) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.runOf(c.Run)
	switch {
	case r == nil:
		offer.Refused = "there is no such run"
	case !slices.Contains(w.accepted(r), c.Kind):
		offer.Refused = w.whyNot(r, c.Kind)
	case c.Kind == view.Switch:
		offer = r.choices(c.Choice)
	case c.Kind == view.Pause && !r.scripted():
		match := r.behind.match
		stops = &match
	}
	return offer, stops
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

// Halted are the runs whose processes we have stopped, and which nobody continues
// when this program ends, with the pids.
func (w *Watch) Halted() (lines []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.runs {
		if stopped := r.behind.pause.Stopped; len(stopped) > 0 {
			line := r.name + " stays stopped; to let it go on: kill -CONT"
			for _, id := range stopped {
				line += fmt.Sprintf(" %d", id.PID)
			}
			lines = append(lines, line)
		}
	}
	return lines
}
