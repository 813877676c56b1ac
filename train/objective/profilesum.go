package objective

import "optwatch/optimizers/matrix"

// A Hand makes calls of a pass, as others may at the same time.
type Hand interface {
	// Yield is called between blocks of rows.
	Yield()
	// Alone calls do, while no other hand of the pass is in Alone.
	Alone(do func())
}

// onlyHand makes all calls of a pass.
type onlyHand struct{}

func (onlyHand) Yield()          {}
func (onlyHand) Alone(do func()) { do() }

// A pass over all rows is divided into at most so many parts, each of at least so
// many blocks.
const (
	mostSums    = 16
	leastBlocks = 8
)

// sums are those of the parts of a pass. They are added in the order of the parts,
// whose number depends on that of the rows alone: so the total is the same to the
// bit however many of them are summed at a time.
type sums struct {
	workers []*summer           // that nobody uses
	spare   map[int][][]float64 // vectors that nobody uses, by their length
	of      [mostSums]partSum
	added   int // parts that are in the total
	value   float64
}

// summer is what a part is summed with: scratch space of its own.
type summer struct {
	*Linear
	hessian hessianPart
}

// partSum is what a part comes to.
type partSum struct {
	vector []float64
	value  float64
	done   bool
}

// sum makes a pass over all rows: do adds the rows lo … hi−1 to the vector of a part
// and returns what they add to the value. It writes the sum of the vectors to total
// and returns that of the values.
func (p *Profile) sum(total []float64, pass func() error, do func(w *summer, vector []float64, lo, hi int) float64) (float64, error) {
	p.passes++
	n, s := p.linear.Len(), &p.sums
	blocks := (n + linearBlock - 1) / linearBlock
	parts := max(1, min(mostSums, n/(leastBlocks*linearBlock)))
	s.begin(total)
	err := p.divide(parts, func(i int, hand Hand) error {
		var w *summer
		var vector []float64
		hand.Alone(func() { w, vector = s.take(p.linear, total, i) })
		value := 0.0
		for lo := i * blocks / parts * linearBlock; lo < min((i+1)*blocks/parts*linearBlock, n); lo += linearBlock {
			if err := pass(); err != nil {
				return err
			}
			value += do(w, vector, lo, min(lo+linearBlock, n))
			hand.Yield()
		}
		hand.Alone(func() { s.give(w, total, partSum{vector, value, true}, i) })
		return nil
	})
	return s.value, err
}

// divide makes the calls one after another where nobody does it otherwise.
func (p *Profile) divide(n int, do func(i int, hand Hand) error) error {
	if p.Divide != nil {
		return p.Divide(n, do)
	}
	for i := range n {
		if err := do(i, onlyHand{}); err != nil {
			return err
		}
	}
	return nil
}

func (s *sums) begin(total []float64) {
	clear(total)
	if s.spare == nil {
		s.spare = map[int][][]float64{}
	}
	s.of, s.added, s.value = [mostSums]partSum{}, 0, 0
}

// take is what a part is summed with. The first begins the total.
func (s *sums) take(l *Linear, total []float64, i int) (w *summer, vector []float64) {
	if n := len(s.workers); n > 0 {
		w, s.workers = s.workers[n-1], s.workers[:n-1]
	} else {
		w = &summer{Linear: l.Worker().(*Linear)}
	}
	if i == 0 || len(total) == 0 {
		return w, total
	}
	spare := s.spare[len(total)]
	n := len(spare)
	if n == 0 {
		return w, make([]float64, len(total))
	}
	s.spare[len(total)] = spare[:n-1]
	clear(spare[n-1])
	return w, spare[n-1]
}

// give adds to the total all parts that are next in order.
func (s *sums) give(w *summer, total []float64, part partSum, i int) {
	s.workers = append(s.workers, w)
	s.of[i] = part
	for ; s.added < mostSums && s.of[s.added].done; s.added++ {
		next := &s.of[s.added]
		s.value += next.value
		if s.added > 0 && len(total) > 0 {
			matrix.Axpy(total, 1, next.vector)
			s.spare[len(total)] = append(s.spare[len(total)], next.vector)
		}
		next.vector = nil
	}
}
