package device

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// HostSampler reads what the host does.
type HostSampler interface {
	Sample(at time.Time) Host
}

// Options of a Monitor.
type Options struct {
	Samplers []Sampler   // ways to the GPUs, in the order in which they are tried
	Host     HostSampler // nil: the host is not watched
}

// CallLimit is how long a sample of a device may take before the device is called
// hung. A backend that can leave a device behind does so itself after this time.
const CallLimit = 3 * time.Second

// How long a monitor waits.
const (
	grace      = 500 * time.Millisecond // for a backend that leaves such a device behind to say so itself
	openLimit  = 30 * time.Second       // for a backend: without persistence mode a driver needs seconds
	closeLimit = 300 * time.Millisecond // for a backend to close when the monitor ends
)

// Monitor watches all devices and the host until its context ends. Nobody waits
// for it: viewers take its latest View.
type Monitor struct {
	latest atomic.Pointer[View]
	done   chan struct{}

	// What follows is the loop's: no other goroutine touches it.
	inventory Inventory
	host      HostSampler
	worker    *worker
	open      bool      // the worker holds an open backend
	asked     time.Time // when the worker was asked; zero while it is idle
	asking    string    // what for
	limit     *time.Timer
	overdue   bool
	due       schedule
	retry     Backoff
}

// Start begins to watch. The context ends it.
func Start(ctx context.Context, o Options) *Monitor {
	m := &Monitor{done: make(chan struct{}), host: o.Host, limit: time.NewTimer(time.Hour)}
	m.limit.Stop()
	m.latest.Store(&View{At: time.Now(), Backend: "none", Opening: true})
	m.worker = startWorker(ctx, o.Samplers)
	go m.loop(ctx)
	return m
}

// View is the state of everything now.
func (m *Monitor) View() *View { return m.latest.Load() }

// Wait returns when the monitor has ended, at most a moment after its context:
// it does not wait for a driver call that does not return.
func (m *Monitor) Wait() { <-m.done }

// loop is the monitor's goroutine.
func (m *Monitor) loop(ctx context.Context) {
	defer close(m.done)
	defer func() {
		if r := recover(); r != nil {
			m.worker.finish()
			v := *m.latest.Load()
			v.At, v.Ended = time.Now(), true
			v.Absence, v.Reason = Stopped, fmt.Sprintf("the device monitor failed: %v", r)
			m.latest.Store(&v)
		}
	}()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	m.tick(time.Now())
	for {
		select {
		case <-ctx.Done():
			m.end()
			return
		case <-tick.C:
			m.tick(time.Now())
		case a := <-m.worker.answers:
			m.take(a, time.Now())
		case <-m.limit.C:
			m.expired(time.Now())
		}
		m.publish(false)
	}
}

func (m *Monitor) publish(ended bool) {
	v := m.inventory.View(time.Now())
	v.Opening = m.inventory.generation == 0 && m.inventory.absence == Present
	if waits := v.At.Sub(m.asked); v.Opening && !m.asked.IsZero() && waits >= CallLimit {
		v.Absence, v.Reason = Silent, fmt.Sprintf("%s has not returned for %d s", m.asking, int(waits.Seconds()))
	}
	v.Ended = ended
	m.latest.Store(v)
}

// tick is the start of a second.
func (m *Monitor) tick(now time.Time) {
	if m.host != nil {
		m.inventory.SetHost(m.host.Sample(now))
	}
	m.poll(now)
}

// poll asks the worker for what is due, unless it is still busy.
func (m *Monitor) poll(now time.Time) {
	switch {
	case !m.asked.IsZero():
		if m.open {
			m.inventory.missed(now)
		}
		if m.overdue {
			m.expired(now)
		}
	case m.open:
		m.ask(request{tiers: m.due.next(now)}, "a sample", CallLimit+grace, now)
	default:
		m.inventory.missed(now)
		if m.retry.Due(now) {
			m.ask(request{open: true}, "opening the driver", openLimit, now)
		}
	}
}

// ask gives the worker something to do.
func (m *Monitor) ask(r request, what string, limit time.Duration, now time.Time) {
	m.asked, m.asking, m.overdue = now, what, false
	m.limit.Reset(limit)
	m.worker.requests <- r // the worker is idle, so this does not wait
}

// expired says in the view that an answer did not come in time. The worker is asked
// for nothing else until it answers: a second call would hang like the first.
func (m *Monitor) expired(now time.Time) {
	select {
	case a := <-m.worker.answers: // it came at the same moment
		m.take(a, now)
		return
	default:
	}
	m.overdue = true
	if !m.open {
		m.inventory.absence = Silent
		m.inventory.reason = fmt.Sprintf("the driver has not answered for %d s", int(now.Sub(m.asked).Seconds()))
		return
	}
	id, call := m.worker.asking()
	if call == "" {
		call = m.asking
	}
	m.inventory.hung(id, call, m.asked, now)
}

// take is the worker's answer.
func (m *Monitor) take(a answer, now time.Time) {
	m.limit.Stop()
	m.asked = time.Time{}
	switch {
	case a.err != nil:
		m.open = false
		m.inventory.Merge(Frame{Events: a.frame.Events}, 0, now) // they are told once, and often say why
		m.inventory.Closed(absenceOf(a.err), a.err.Error(), now)
		m.inventory.missed(now)
		m.retry.Fail(now)
	case a.opened:
		m.open = true
		m.retry = Backoff{}
		m.due = schedule{}
		m.inventory.Opened(a.backend, a.diagnosis, a.devices, now)
		m.poll(now)
	default:
		m.inventory.Merge(a.frame, a.tiers, now)
	}
}

// end closes the backend, if that does not take long, and says that nothing
// more will come.
func (m *Monitor) end() {
	m.worker.finish()
	if m.asked.IsZero() {
		select {
		case <-m.worker.done:
		case <-time.After(closeLimit):
		}
	}
	m.publish(true)
}
