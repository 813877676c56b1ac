package hub

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"optwatch/fed"
	"optwatch/fed/partition"
	"optwatch/fed/wire"
)

// transport carries the rounds of one run.
type transport struct {
	hub *Hub

	mu     sync.Mutex
	run    string // its name in subjects; "" before its first round
	own    bool   // its clients have data of their own
	round  *round // under way, or nil
	halted bool
	since  time.Time // it is halted
	wake   chan struct{}

	halting sync.Mutex // held to say whether it is halted, in the order in which it was
}

var _ fed.Remote = (*transport)(nil)

// round is an attempt at a round on its way.
type round struct {
	asks    map[string]*asked // by id
	order   []*asked          // in that of clients
	to      fed.Inbox
	least   int // that must, before patience can end
	begun   time.Time
	paused  time.Duration // of the time since then
	theta   vector
	variate *vector
	left    int // that have not answered
	repeat  bool
	err     error
	stopped bool // nothing is waited for any more
}

// vector is one on its way, with its subject.
type vector struct {
	subject string
	name    wire.Vector
	numbers []byte
}

// asked is what a client was asked, and whether it has answered.
type asked struct {
	ask    wire.Ask
	id     string
	place  string // of the client to whom it was said last; "" while there is none
	own    *vector
	at     time.Time     // since when it is waited for an answer to what was said last
	pause  time.Duration // before it is said again
	answer string        // digest of the answer; "" before
	others int           // answers that contradict it
}

// mostOthers is how many answers that contradict the first the judge gets: one is enough.
const mostOthers = 3

const (
	tick      = 250 * time.Millisecond
	unheeded  = 3 * time.Second  // after which a client that lives and does something else is told again
	mostPause = 30 * time.Second // between telling it
)

// Holdings waits until all clients take part.
func (t *transport) Holdings(clients int, host fed.Host) ([]fed.Holding, error) {
	if clients > t.hub.settings.Clients {
		return nil, fmt.Errorf("hub: the run has %d clients, the federation %d", clients, t.hub.settings.Clients)
	}
	t.begin()
	for {
		if held, ok := t.held(clients); ok {
			t.own = held != nil
			return held, nil
		}
		if err := host.Wait(t.wake); err != nil {
			return nil, err
		}
		if err := t.hub.ended(); err != nil {
			return nil, err
		}
	}
}

// held is what the clients hold, if all are there: nil for parts of the coordinator's data.
func (t *transport) held(clients int) (out []fed.Holding, ok bool) {
	own := false
	for k := range clients {
		m, ok := t.hub.members.at(k)
		if !ok {
			return nil, false
		}
		own = own || m.Own
		out = append(out, fed.Holding{Examples: m.Examples, Classes: slices.Clone(m.Counts)})
	}
	if !own {
		return nil, true
	}
	return out, true
}

// begin gives the run its name.
func (t *transport) begin() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.run == "" {
		t.wake = make(chan struct{}, 1)
		t.run = t.hub.register(t)
	}
	return t.run
}

// look makes who waits look again.
func (t *transport) look() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Carry asks the clients, and delivers what they answer, until all have or
// patience ends.
func (t *transport) Carry(tasks []fed.Task, host fed.Host, to fed.Inbox) error {
	t.begin()
	if len(tasks) == 0 {
		return nil
	}
	r, err := t.open(tasks, host, to)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(t.hub.ctx)
	var driver sync.WaitGroup
	driver.Go(func() { t.drive(ctx, r) })
	defer func() {
		cancel()
		driver.Wait()
	}()
	for {
		if over, err := t.over(r); over || err != nil {
			return err
		}
		if err := t.hub.ended(); err != nil {
			t.close(r, nil)
			return err
		}
		if err := host.Wait(t.wake); err != nil {
			t.close(r, nil)
			return err
		}
	}
}

// open makes the asks of the tasks.
func (t *transport) open(tasks []fed.Task, host fed.Host, to fed.Inbox) (*round, error) {
	s, epoch, division := t.hub.subjects, t.hub.carrier.life().Epoch, t.division(host)
	r := &round{least: host.Least(), asks: map[string]*asked{}, to: to, begun: time.Now(), left: len(tasks)}
	if len(tasks) == 0 {
		return r, nil
	}
	r.theta = vectorOf(s.Theta(t.run), tasks[0].Theta)
	if v := tasks[0].Variates; v != nil {
		c := vectorOf(s.Variate(t.run), v.Server)
		r.variate = &c
	}
	for _, task := range tasks {
		ask, own := wire.AskOf(t.run, task, r.theta.name, nil)
		if r.variate != nil {
			ask.Server = &r.variate.name
		}
		ask.Epoch, ask.Said = epoch, t.hub.said.Add(1)
		ask.Division = division
		if err := ask.Check(); err != nil {
			return nil, err
		}
		a := &asked{ask: ask, id: ask.ID(), at: time.Now(), pause: unheeded}
		if own != nil {
			a.own = &vector{name: *ask.Own, numbers: own} // whose subject is that of who will be the client
		}
		r.asks[a.id] = a
		r.order = append(r.order, a)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.round = r
	return r, nil
}

// division says which rows are whose, for clients that have the coordinator's data.
func (t *transport) division(host fed.Host) *wire.Division {
	if t.own {
		return nil
	}
	d := host.Division()
	out := &wire.Division{Clients: d.Clients, Seed: d.Seed}
	out.Scheme, out.Alpha = partition.Word(d.Scheme)
	return out
}

func vectorOf(subject string, x []float64) vector {
	numbers := wire.Bytes(x)
	return vector{subject, wire.VectorOf(numbers), numbers}
}

// over says whether a round is.
func (t *transport) over(r *round) (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r.err != nil {
		return true, r.err
	}
	if r.left > 0 && !r.stopped {
		return false, nil
	}
	t.round = nil
	return true, nil
}

// close ends a round: what comes for it now is of another round.
func (t *transport) close(r *round, why error) {
	t.mu.Lock()
	if r.err == nil {
		r.err = why
	}
	r.stopped = true
	if why == nil && t.round == r {
		t.round = nil
	}
	t.mu.Unlock()
	t.look()
}

// Halt tells the clients whether the run is paused.
func (t *transport) Halt(paused bool) {
	run, now := t.begin(), time.Now()
	t.mu.Lock()
	if t.halted && !paused && t.round != nil {
		t.round.paused += now.Sub(later(t.since, t.round.begun))
	}
	t.halted, t.since = paused, now
	t.mu.Unlock()
	t.hub.goes("a pause", func() {
		t.halting.Lock()
		defer t.halting.Unlock()
		for t.hub.ended() == nil && t.sayHalted(run) != nil { // who does not hear that it goes on would wait for ever
			select {
			case <-t.hub.ctx.Done():
			case <-time.After(time.Second):
			}
		}
	})
}

// greet lets a client that has come, or come back, be told at the next beat what is
// asked of it, and at once that the run is paused.
func (t *transport) greet(m member) {
	t.mu.Lock()
	run, halted := t.run, t.halted
	if t.round != nil {
		for _, a := range t.round.order {
			if a.ask.Task.Client == m.client && a.answer == "" {
				a.place = ""
			}
		}
	}
	t.mu.Unlock()
	if !halted || run == "" {
		return
	}
	if l, err := t.halt(run, true); err == nil {
		_ = t.hub.carrier.tell(m.place, l) // else it works while others wait
	}
}

// halt is the letter that says whether a run is halted.
func (t *transport) halt(run string, halted bool) ([]byte, error) {
	c := t.hub.carrier
	return c.seal(wire.KindHalt, wire.Halt{Run: run, Epoch: c.life().Epoch, Halted: halted}, nil)
}

// sayHalted tells all clients whether a run is halted now, unless the run has ended.
func (t *transport) sayHalted(run string) error {
	t.mu.Lock()
	halted, current := t.halted, t.run
	t.mu.Unlock()
	if current != run {
		return nil
	}
	l, err := t.halt(run, halted)
	if err != nil {
		return err
	}
	return t.hub.carrier.tellAll(l)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Close withdraws what was asked.
func (t *transport) Close() {
	t.mu.Lock()
	run := t.run
	t.run = ""
	t.mu.Unlock()
	if run == "" {
		return
	}
	t.hub.unregister(run)
	t.hub.goes("the end of a run", func() { t.hub.carrier.withdraw(run) })
}

// fail ends the hub, and with it all rounds, with a reason.
func (h *Hub) fail(why error) {
	h.mu.Lock()
	first := h.over == nil
	if first {
		h.over = why
	}
	h.mu.Unlock()
	if first {
		h.settings.Log(why.Error())
		h.carrier.close() // clients hear the other one alone
	}
	h.wake()
}

// repeat makes all rounds say again what they ask.
func (h *Hub) repeat() {
	for _, t := range h.transports() {
		t.mu.Lock()
		if t.round != nil {
			t.round.repeat = true
		}
		t.mu.Unlock()
	}
}
