package fed

import (
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
)

// Scaffold corrects each client's gradient by control variates, which removes
// the drift of clients towards their own minima:
//
//	w ← w − α(∇Fₖ(w) − cₖ + c)                  local steps, K of them
//	cₖ⁺ = cₖ − c + (θ − θₖ)/(Kα)                 option II
//	g = (1/|S|) Σ_{k∈S} (θ − θₖ)        c ← c + (1/N) Σ_{k∈S} (cₖ⁺ − cₖ)
//
// c and all cₖ begin at zero. The server keeps the cₖ, N·d numbers.
//
// Reference: Karimireddy, Kale, Mohri, Reddi, Stich and Suresh, "SCAFFOLD: stochastic controlled averaging for federated
// learning", ICML 2020, algorithm 1.
type Scaffold struct {
	clients, d int
	c          []float64 // c
	ck         []float64 // cₖ, [N][d]; nil until the first round is averaged
}

var _ strategy = (*Scaffold)(nil)

func (*Scaffold) partial() bool { return false }

// vectors is 2: the variates travel with the parameters.
func (*Scaffold) vectors() int { return 2 }

func (s *Scaffold) begin(clients, d int) { s.clients, s.d = clients, d }

func (s *Scaffold) correct(g, _, _ []float64, client int) {
	if s.ck == nil {
		return
	}
	matrix.Axpy(g, -1, s.of(client))
	matrix.Axpy(g, 1, s.c)
}

// of is cₖ.
func (s *Scaffold) of(client int) []float64 { return s.ck[client*s.d : (client+1)*s.d] }

func (s *Scaffold) average(g []float64, us []*Update, _ []float64, lr float64) {
	if s.ck == nil {
		s.c, s.ck = make([]float64, s.d), make([]float64, s.clients*s.d)
	}
	clear(g)
	change := make([]float64, s.d) // Σ (cₖ⁺ − cₖ)
	for _, u := range us {
		matrix.Axpy(g, 1, u.Delta)
		if lr == 0 { // nobody has moved, which tells nothing of gradients
			continue
		}
		ck, scale := s.of(u.Client), 1/(float64(u.Steps)*lr)
		for i, v := range u.Delta {
			step := scale*v - s.c[i]
			ck[i] += step
			change[i] += step
		}
	}
	matrix.Scal(g, 1/float64(len(us)))
	matrix.Axpy(s.c, 1/float64(s.clients), change)
}

func (s *Scaffold) state() []optimizers.Var {
	return []optimizers.Var{{Name: "c", Vec: &s.c}, {Name: "ck", Vec: &s.ck}}
}
