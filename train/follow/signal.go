package follow

import (
	"fmt"

	"optwatch/train/follow/process"
	"optwatch/train/view"
)

// signal pauses or resumes the processes of a run.
func (w *Watch) signal(r *run, c view.Command) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waitFor(r, c.Kind)
	tops, pause := r.behind.match.IDs(), r.behind.pause
	go func() {
		text, pause, err := signalled(c.Kind, tops, pause)
		w.mu.Lock()
		defer w.mu.Unlock()
		if err == nil {
			r.behind.pause, r.behind.still = pause, c.Kind == view.Pause
		}
		w.acknowledge(r, c, text, err)
	}()
}

// signalled stops or continues the trees of some processes. It gives what is then
// stopped by us: nothing, once they go on.
func signalled(k view.CommandKind, tops []process.ID, stopped process.Pause) (text string, now process.Pause, err error) {
	system := process.Here()
	if k == view.Pause {
		now, err = system.Stop(tops...)
		return "its processes stand still, by SIGSTOP; their memory stays held", now, err
	}
	if len(stopped.Stopped) == 0 { // another monitor has stopped them
		stopped, err = system.Halted(tops...)
	}
	if err == nil {
		err = system.Continue(stopped)
	}
	return "its processes go on, by SIGCONT", process.Pause{}, err
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
