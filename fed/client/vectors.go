package client

import "sync"

// Vectors keeps vectors that are used again and again. The zero value is empty
// and ready.
type Vectors struct {
	mu   sync.Mutex
	idle [][]float64
}

// Take gives a vector of d numbers, with whatever it held.
func (p *Vectors) Take(d int) []float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 && len(p.idle[n-1]) == d {
		v := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return v
	}
	return make([]float64, d)
}

// Give puts a vector back, which nobody may use any more.
func (p *Vectors) Give(v []float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, v)
}

// Idle is how many vectors wait to be used again.
func (p *Vectors) Idle() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.idle)
}
