package alert

import (
	"context"
	"sync"
	"time"
)

const (
	each    = time.Minute      // one command for the same run and kind at the most
	longest = 30 * time.Second // that a command may take
	grace   = 3 * time.Second  // that it has left when this program ends
	waiting = 100              // events of a kind that may wait for the command before them
)

// Alerter runs the command for events: one after the other of the same kind, and
// for the same run and kind no more than one a minute.
type Alerter struct {
	command string
	tell    func(string)
	longest time.Duration
	grace   time.Duration
	now     func() time.Time

	ctx  context.Context // ends with the alerter
	kill context.CancelFunc
	busy sync.WaitGroup

	mu     sync.Mutex
	closed bool
	last   map[subject]*recent
	most   int                // subjects, before those that are long over are forgotten
	queues map[string][]order // by kind, of those for which a command runs
	failed bool               // the last command, which was told
}

// subject is what an event is about.
type subject struct{ run, kind string }

// recent is when the command ran for a subject last, and how many events of it were
// held back since.
type recent struct {
	at   time.Time
	held int
}

// order is an event for which the command is to run.
type order struct {
	event Event
	held  int
}

// New is for a command of the system's shell. Tell gets a line for a reader when the
// command fails for the first time, and when it does again after it has worked; it is
// called from another goroutine.
func New(command string, tell func(string)) *Alerter {
	ctx, kill := context.WithCancel(context.Background())
	return &Alerter{
		command: command, tell: tell, longest: longest, grace: grace, now: time.Now,
		ctx: ctx, kill: kill, last: map[subject]*recent{}, queues: map[string][]order{},
	}
}

// Send has the command run for an event, soon or never. It does not wait.
func (a *Alerter) Send(e Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	queue, busy := a.queues[e.Kind]
	held, due := a.due(e, len(queue) < waiting)
	if !due {
		return
	}
	a.queues[e.Kind] = append(queue, order{e, held})
	if !busy {
		a.busy.Add(1)
		go a.work(e.Kind)
	}
}

// due says whether the command is to run for an event, and how many were held back
// before it.
func (a *Alerter) due(e Event, room bool) (held int, due bool) {
	now, about := a.now(), subject{e.Run, e.Kind}
	r := a.last[about]
	if r == nil {
		a.forget(now)
		r = &recent{at: now.Add(-each)}
		a.last[about] = r
	}
	if now.Sub(r.at) < each || !room {
		r.held++
		return 0, false
	}
	held = r.held
	*r = recent{at: now}
	return held, true
}

// forget forgets what is long over, so that a million runs need no memory.
func (a *Alerter) forget(now time.Time) {
	if len(a.last) < a.most {
		return
	}
	for about, r := range a.last {
		if now.Sub(r.at) >= 10*each {
			delete(a.last, about)
		}
	}
	a.most = max(1000, 2*len(a.last))
}

// work runs the command for the events of a kind, until there are none.
func (a *Alerter) work(kind string) {
	defer a.busy.Done()
	for {
		a.mu.Lock()
		queue := a.queues[kind]
		if len(queue) == 0 || a.closed {
			delete(a.queues, kind)
			a.mu.Unlock()
			return
		}
		next := queue[0]
		a.queues[kind] = queue[1:]
		a.mu.Unlock()
		a.report(a.run(next))
	}
}

// report tells the first of several failures.
func (a *Alerter) report(err error) {
	a.mu.Lock()
	first := err != nil && !a.failed && !a.closed
	a.failed = err != nil
	a.mu.Unlock()
	if first {
		a.tell(err.Error())
	}
}

// Close takes no more events, and ends what still runs after a moment.
func (a *Alerter) Close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	late := time.AfterFunc(a.grace, a.kill)
	a.busy.Wait()
	late.Stop()
	a.kill()
}
