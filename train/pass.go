package train

import (
	"sync"

	"optwatch/optimizers/matrix"
	"optwatch/train/objective"
)

// A pass is divided into at most so many parts, each of at least so many
// blocks: enough of them that two or eight goroutines end at about the same
// time, and long enough that it pays to begin them.
const (
	mostParts   = 16
	leastBlocks = 8
)

// parts is into how many parts a pass over n rows is divided. It depends on
// nothing else, so that its sums are the same to the bit for any number of threads.
func parts(n, block int) int { return max(1, min(mostParts, n/(leastBlocks*block))) }

// pass is a sum over many rows, by a crew where slots are free. Each part is
// summed by itself, and the sums are added in the order of the parts.
type pass struct {
	over  objective.Objective // whose worker sums
	add   addBlock
	ask   bool // the gate between blocks; else it only yields, and ends if the run is to end
	rows  []int32
	theta []float64
	scale float64   // of gradients
	grad  []float64 // sum of gradients; nil for none
	resid []float64 // residuals of row i at i·k; nil for none

	parts int
	work  func(m *oracle, i int) error

	mu    sync.Mutex
	sums  [mostParts]partSum
	added int         // parts that are in total
	spare [][]float64 // vectors for the gradients of parts
	total partSum
}

// partSum is what is known of a part.
type partSum struct {
	grad    []float64
	loss    float64
	correct int
	done    bool
}

// addBlock adds a block of rows to the sum of a part.
type addBlock func(p *pass, s *partSum, o objective.Objective, block []int32)

func addGrad(p *pass, s *partSum, o objective.Objective, block []int32) {
	s.loss += o.AddGrad(s.grad, p.theta, block, p.scale)
}

func addResiduals(p *pass, s *partSum, o objective.Objective, block []int32) {
	l := o.(*objective.Linear)
	lo, k := int(block[0]), l.Width() // the rows are all rows, in order
	r := p.resid[lo*k : (lo+len(block))*k]
	s.loss += l.Residuals(r, p.theta, block)
	l.AddOuter(s.grad, r, block, p.scale)
}

func addLoss(p *pass, s *partSum, o objective.Objective, block []int32) {
	loss, correct := o.Loss(p.theta, block)
	s.loss += loss
	s.correct += correct
}

// run makes the pass for an oracle, and leaves what it has summed in total.
func (p *pass) run(o *oracle) error {
	if p.work == nil {
		p.work = p.part
	}
	for i := range p.sums { // of a pass that was broken off too
		p.reclaim(i)
		p.sums[i] = partSum{}
	}
	p.parts, p.added, p.total = parts(len(p.rows), p.over.Block()), 0, partSum{}
	clear(p.grad)
	return o.each(p.parts, p.work)
}

// part sums the i-th part: some whole blocks.
func (p *pass) part(m *oracle, i int) error {
	s, o, size := &p.sums[i], m.worker(p.over), p.over.Block()
	s.grad = p.vector(i)
	blocks := (len(p.rows) + size - 1) / size
	hi := min((i+1)*blocks/p.parts*size, len(p.rows))
	for lo := i * blocks / p.parts * size; lo < hi; lo += size {
		if err := p.pause(m); err != nil {
			return err
		}
		p.add(p, s, o, p.rows[lo:min(lo+size, hi)])
	}
	p.collect(i)
	return nil
}

// pause is where a pass halts between blocks, and others get the slot.
func (p *pass) pause(m *oracle) error {
	if p.ask {
		return m.ask()
	}
	m.turn.yield()
	if m.cut() {
		m.meter.short.Store(true)
		return errStopped
	}
	return nil
}

// vector is what the gradient of a part is summed in: the first begins the
// whole.
func (p *pass) vector(i int) []float64 {
	if p.grad == nil || i == 0 {
		return p.grad
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.spare)
	if n == 0 {
		return make([]float64, len(p.grad))
	}
	v := p.spare[n-1]
	p.spare = p.spare[:n-1]
	clear(v)
	return v
}

// reclaim takes back what vector gave for a part.
func (p *pass) reclaim(i int) {
	s := &p.sums[i]
	if i > 0 && s.grad != nil {
		p.spare = append(p.spare, s.grad)
	}
	s.grad = nil
}

// collect adds to the total all parts that are next in order.
func (p *pass) collect(i int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sums[i].done = true
	for ; p.added < p.parts && p.sums[p.added].done; p.added++ {
		s := &p.sums[p.added]
		p.total.loss += s.loss
		p.total.correct += s.correct
		if p.added > 0 {
			matrix.Axpy(p.grad, 1, s.grad)
		}
		p.reclaim(p.added)
	}
}
