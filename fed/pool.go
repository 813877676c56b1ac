package fed

import "sync"

// pool keeps vectors that clients and rounds use again and again.
type pool struct {
	mu   sync.Mutex
	free [][]float64
}

// take gives a vector of d numbers, with whatever it held.
func (p *pool) take(d int) []float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 && len(p.free[n-1]) == d {
		v := p.free[n-1]
		p.free = p.free[:n-1]
		return v
	}
	return make([]float64, d)
}

func (p *pool) give(v []float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, v)
}
