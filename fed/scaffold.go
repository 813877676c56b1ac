package fed

import (
	"optwatch/fed/client"
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
// c and all cₖ begin at zero. The server keeps the cₖ, N·d numbers, and sends c
// and cₖ along with θ: clients keep nothing from round to round.
//
// Reference: Karimireddy, Kale, Mohri, Reddi, Stich and Suresh, "SCAFFOLD: stochastic controlled averaging for federated
// learning", ICML 2020, algorithm 1.
type Scaffold struct {
	clients, d int
	c          []float64 // c
	ck         []float64 // cₖ, [N][d]; nil until the first round is averaged
}

var _ strategy = (*Scaffold)(nil)

// vectors is 2: variates travel with parameters, in the paper one vector each way
// and here two with the task and none with the update, which is as many.
func (*Scaffold) vectors() int { return 2 }

func (s *Scaffold) begin(clients, d int) { s.clients, s.d = clients, d }

func (s *Scaffold) instruct(t *Task) {
	if s.ck != nil {
		t.Variates = &client.Variates{Server: s.c, Client: s.of(t.Client)}
	}
}

// of is cₖ.
func (s *Scaffold) of(k int) []float64 { return s.ck[k*s.d : (k+1)*s.d] }

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
