package follow

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"optwatch/train/device"
	"optwatch/train/follow/process"
	"optwatch/train/view"
)

// behindEvery is how often the processes behind runs are looked for.
const behindEvery = 2 * time.Second

// behind is what is known of the processes behind a run.
type behind struct {
	match process.Match
	pids  map[int]bool // of their trees
	life  Life
	gone  time.Time     // when it was found to be, of a life that is Gone
	still bool          // a signal has stopped it
	pause process.Pause // what we have stopped
	idle  bool          // that its GPUs are has been told
}

// lookBehind looks for the processes behind runs until ctx ends. A kernel may make
// it wait, which nobody else does for it.
func (w *Watch) lookBehind(ctx context.Context) {
	system := process.Here()
	finder := process.NewFinder(system)
	tick := time.NewTicker(behindEvery)
	defer tick.Stop()
	for {
		w.behindNow(system, finder)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (w *Watch) behindNow(system *process.System, finder *process.Finder) {
	defer func() {
		if p := recover(); p != nil {
			w.mu.Lock()
			w.once(fmt.Sprintf("the processes behind runs cannot be looked for: %v", p))
			w.mu.Unlock()
		}
	}()
	runs, wanted := w.running()
	matches, err := finder.Find(wanted)
	if err != nil || len(wanted) == 0 {
		return
	}
	table, err := system.Table(time.Now().Add(behindEvery))
	if err != nil {
		return
	}
	found := make([]behind, len(runs))
	for i, m := range matches {
		found[i] = behindOf(system, table, m)
		found[i].gone = w.options.Now()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, r := range runs {
		found[i].pause, found[i].idle = r.behind.pause, r.behind.idle
		if r.behind.life == Gone {
			found[i].gone = r.behind.gone
		}
		if r.behind.match.Evidence == process.None && found[i].match.Evidence > process.None {
			top := found[i].match.Tops[0]
			w.tell(event{w.options.Now().Sub(w.clock.began), r.name, view.EventInfo, fmt.Sprintf("process %d (%s): %v", top.PID, top.Name, found[i].match.Evidence)})
		}
		r.behind = found[i]
	}
}

// behindOf is what is known of a match.
func behindOf(system *process.System, table *process.Table, m process.Match) behind {
	b := behind{match: m}
	switch {
	case m.Evidence == process.None:
		return b
	case m.Gone:
		// That a process is gone ends a run only where it is sure that it was its own.
		if m.Evidence >= process.Named {
			b.life = Gone
		}
		return b
	}
	b.life = Alive
	b.pids = process.PIDs(table.Tree(m.IDs()...))
	if state, err := system.State(m.Tops[0].ID); err == nil {
		b.still = state == process.Stopped
	}
	return b
}

// running are the runs whose processes are of interest, as a Finder asks for them.
func (w *Watch) running() (runs []*run, wanted []process.Log) {
	runs, wanted = w.unended()
	for i := range wanted {
		l := &wanted[i]
		l.Files = filesOf(l.Folder)
		if info, err := os.Stat(l.Folder); err == nil && !info.IsDir() {
			l.Folder = filepath.Dir(l.Folder)
		}
	}
	return runs, wanted
}

// unended are the runs of which no end is known, with their logs as Folder.
func (w *Watch) unended() (runs []*run, wanted []process.Log) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.runs {
		if r.state.Ended() && r.state != view.Silent {
			continue
		}
		l := process.Log{
			Key: strconv.Itoa(r.id), Folder: r.path, PID: r.about.PID, Host: r.about.Host, Written: r.heard, Piped: r.format == &piped,
		}
		if plausible(r.began) {
			l.Began = time.Unix(0, int64(r.began*1e9))
		}
		runs, wanted = append(runs, r), append(wanted, l)
	}
	return runs, wanted
}

// mostFiles is how many files of a log are looked for among those that processes
// have open.
const mostFiles = 64

// filesOf are the files in which a log is kept.
func filesOf(path string) (files []string) {
	_ = filepath.WalkDir(path, func(at string, e fs.DirEntry, err error) error {
		switch {
		case err != nil, len(files) >= mostFiles:
			return filepath.SkipAll
		case e.Type().IsRegular():
			files = append(files, at)
		case e.IsDir() && strings.Count(strings.TrimPrefix(at, path), string(filepath.Separator)) > 3:
			return filepath.SkipDir
		}
		return nil
	})
	return files
}

// gpuMetric is the share of time in which a run's GPUs are busy.
const gpuMetric = "gpu"

// use is what a run uses of the GPUs.
func (r *run) use(v *device.View) process.Use {
	if v == nil || len(r.behind.pids) == 0 {
		return process.Use{Unknown: "its process is not known"}
	}
	return process.GPUs(v, r.behind.pids)
}

// idleAfter is how long the GPUs of a run may stand idle before it is said.
const idleAfter = 60 * time.Second

// watchGPUs says when the GPUs of a live run stand idle, once, and again after they
// have been busy.
func (w *Watch) watchGPUs(r *run, now time.Time) {
	if w.options.Devices == nil || r.state != view.Running || r.behind.life != Alive {
		return
	}
	u := r.use(w.options.Devices())
	began := now
	if n := len(r.behind.match.Tops); n > 0 {
		began = r.behind.match.Tops[0].Began
	}
	switch idle := u.Idle(began, now); {
	case idle >= idleAfter && !r.behind.idle:
		r.behind.idle = true
		w.happened(r, news{kind: view.EventDiagnosis, sign: signIdle, at: r.at, text: gpuNames(u) + " has been idle for " + lasting(idle) + " while it goes on"}, now)
	case idle == 0:
		r.behind.idle = false
	}
}

// gpuNames names the GPUs that a run holds: "GPU 0,1".
func gpuNames(u process.Use) string {
	var numbers []string
	for _, g := range u.GPUs {
		numbers = append(numbers, strconv.Itoa(g.Index))
	}
	return "GPU " + strings.Join(numbers, ",")
}
