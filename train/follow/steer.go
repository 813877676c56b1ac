package follow

import (
	"errors"
	"fmt"
	"slices"

	"optwatch/train/follow/process"
	"optwatch/train/follow/script"
	"optwatch/train/view"
)

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

// Do hands a command on to the script where that takes our one file, and else pauses
// and resumes by signals to the processes, if they are known. What comes of it is
// told by an event.
func (w *Watch) Do(c view.Command) error {
	r, scripted, commands, err := w.understand(c)
	switch {
	case err != nil:
		return err
	case scripted == nil:
		w.signal(r, c)
		return nil
	}
	return w.tellScript(r, scripted, c, commands)
}

// understand finds the run of a command, and what its script is to be told; no
// script where the command goes to the processes.
func (w *Watch) understand(c view.Command) (r *run, s *steered, commands []script.Command, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch r = w.runOf(c.Run); {
	case r == nil:
		err = errors.New("there is no such run")
	case !slices.Contains(w.accepted(r), c.Kind):
		err = errors.New(w.whyNot(r, c.Kind))
	case r.scripted():
		s = r.steered
		commands, err = r.commandsOf(c)
	}
	return r, s, commands, err
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

// waitFor shows that a command is on its way.
func (w *Watch) waitFor(r *run, k view.CommandKind) {
	r.pending = map[view.CommandKind]view.Pending{
		view.Pause: view.Pausing, view.Resume: view.Resuming, view.Stop: view.Stopping, view.Set: view.Changing, view.Switch: view.Changing,
	}[k]
	r.changed++
	w.generation++
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
	w.tell(event{now.Sub(w.clock.began), r.name, kind, text})
	w.events[len(w.events)-1].Command = c.ID // nobody has been shown it yet
	if err == nil && text != "" && kind != view.EventInfo {
		r.happened(news{kind: kind, at: r.at, text: text}, func(news) {})
	}
	w.standOf(r, now)
	w.publish()
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
