package follow

import (
	"fmt"
	"strings"
	"time"

	"optwatch/train/follow/logs"
	"optwatch/train/view"
)

// How long a run may be silent: before that is said, and before it is taken to
// have ended where no process tells.
const (
	quietAfter  = 60 * time.Second
	silentAfter = 10 * time.Minute
)

// Life is what is known of the process behind a run.
type Life int

// What may be known.
const (
	Unknown Life = iota
	Alive
	Gone
)

// stand says how a run stands, from what its log says, from how long nothing has
// come, and from its process. It says whether that is otherwise than before.
func (r *run) stand(now time.Time, life Life, paused bool) bool {
	state, reason, activity := r.standing(now, life)
	if state == view.Running && (paused || r.scripted() && r.steered.now.State == "paused") {
		state, activity = view.Paused, ""
	}
	if state != r.state || reason != r.reason {
		r.changed++
	} else if activity == r.activity {
		return false
	}
	r.state, r.reason, r.activity = state, reason, activity
	return true
}

// hear takes in when a run was heard of. What comes after its process was found to be
// gone is another one's.
func (r *run) hear(at time.Time) {
	r.heard = at
	if b := &r.behind; b.life == Gone && at.After(b.gone) {
		b.life = Unknown
	}
}

// standing is how a run stands, of whose log that is deleted nothing can come any more.
func (r *run) standing(now time.Time, life Life) (state view.State, reason, activity string) {
	state, reason, activity = r.alone(now, life)
	if !r.deleted {
		return state, reason, activity
	}
	if !state.Ended() {
		return view.Silent, logDeleted, ""
	}
	return state, reason + "; " + logDeleted, activity
}

// alone is how a run stands by what its log and its process have told.
func (r *run) alone(now time.Time, life Life) (state view.State, reason, activity string) {
	silence := now.Sub(r.heard)
	switch r.end.State {
	case logs.Finished:
		return view.Finished, r.ending("finished"), ""
	case logs.Failed:
		return view.Failed, r.ending("failed"), ""
	case logs.Killed:
		return view.Stopped, r.ending("stopped"), ""
	}
	switch {
	case r.complete() && (life == Gone || silence > quietAfter):
		return view.Finished, "all " + number(r.about.Total) + " steps are done", ""
	case life == Gone && r.end.State == logs.Unsaid:
		return view.Silent, "its process is gone, and its log does not tell how it ended", ""
	case life == Gone:
		return view.Failed, view.Crashed + ": its process is gone, and its log tells no end", ""
	case life == Alive, silence < silentAfter, silence < 3*r.gaps.usual():
		if silence > max(quietAfter, 3*r.gaps.usual()) {
			return view.Running, "", "quiet " + lasting(silence)
		}
		return view.Running, "", ""
	}
	if r.end.State == logs.Running { // its kind of log tells an end
		return view.Failed, view.Crashed + ": nothing has come for " + lasting(silence) + ", and its log tells no end", ""
	}
	return view.Silent, "nothing has come for " + lasting(silence), ""
}

// complete says whether a run has made all its steps, as far as it is known how
// many they are: the last may have been logged a little before.
func (r *run) complete() bool {
	return r.about.Total > 0 && r.at[onStep] >= r.about.Total-1
}

// ending is why a run ended, in words.
func (r *run) ending(word string) string {
	switch {
	case strings.HasPrefix(r.end.Text, "by "), strings.HasPrefix(r.end.Text, "from "): // who has done it
		return word + " " + r.end.Text
	case r.end.Text != "":
		return r.end.Text
	case r.end.Code != 0:
		return fmt.Sprintf("exit status %d", r.end.Code)
	}
	return word
}

// lasting is a time in one or two units.
func lasting(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}
