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
//	g = Σ_{k∈S} (pₖ/p_S)(θ − θₖ)    c ← c + Σ_{k∈S} pₖ(cₖ⁺ − cₖ)    p_S = Σ_{k∈S} pₖ
//
// c and all cₖ begin at zero. The server keeps the cₖ, N·d numbers, and sends c
// and cₖ along with θ: clients keep nothing from round to round.
//
// Where it comes to rest, Σ pₖ∇Fₖ = 0. With pₖ = nₖ/n, as FedAvg weights clients,
// that is a minimum of the mean over all examples; with pₖ = 1/N, as the paper has
// it, of the mean over clients, another objective where these hold unlike numbers.
//
// Reference: Karimireddy, Kale, Mohri, Reddi, Stich and Suresh, "SCAFFOLD: stochastic controlled averaging for federated
// learning", ICML 2020, algorithm 1, which is Uniform.
type Scaffold struct {
	Uniform bool // pₖ = 1/N, not nₖ/n

	d        int
	examples []int
	shares   []float64 // pₖ
	c        []float64 // c
	ck       []float64 // cₖ, [N][d]; nil, as the others are, until the first round is averaged
}

var _ learner = (*Scaffold)(nil)

// vectors is 2: variates travel with parameters, in the paper one vector each way
// and here two with the task and none with the update, which is as many.
func (*Scaffold) vectors() int { return 2 }

func (s *Scaffold) begin(examples []int, d int) { s.examples, s.d = examples, d }

// weigh finds the pₖ of all clients.
func (s *Scaffold) weigh() {
	total := 0
	for _, n := range s.examples {
		total += n
	}
	s.shares = make([]float64, len(s.examples))
	for k, n := range s.examples {
		if s.shares[k] = float64(n) / float64(total); s.Uniform {
			s.shares[k] = 1 / float64(len(s.examples))
		}
	}
}

func (s *Scaffold) instruct(t *Task) {
	if s.ck != nil {
		t.Variates = &client.Variates{Server: s.c, Client: s.of(t.Client)}
	}
}

// of is cₖ.
func (s *Scaffold) of(k int) []float64 { return s.ck[k*s.d : (k+1)*s.d] }

// weight is pₖ/p over all who were asked.
func (s *Scaffold) weight(u *Update, asked turnout) float64 {
	if s.Uniform {
		return 1 / float64(asked.clients)
	}
	return float64(u.Examples) / float64(asked.examples)
}

// scale makes them pₖ/p_S.
func (s *Scaffold) scale(us []*Update, asked turnout) float64 {
	answered := turnoutOf(us)
	if s.Uniform {
		return float64(asked.clients) / float64(answered.clients)
	}
	return float64(asked.examples) / float64(answered.examples)
}

func (s *Scaffold) learn(us []*Update, lr float64) {
	if s.ck == nil {
		s.c, s.ck = make([]float64, s.d), make([]float64, len(s.examples)*s.d)
	}
	s.weigh()                      // anew: a state that was restored need not have them
	change := make([]float64, s.d) // Σ pₖ(cₖ⁺ − cₖ)
	for _, u := range us {
		if lr == 0 { // nobody has moved, which tells nothing of gradients
			continue
		}
		ck, share, scale := s.of(u.Client), s.shares[u.Client], 1/(float64(u.Steps)*lr)
		for i, v := range u.Delta {
			step := scale*v - s.c[i]
			ck[i] += step
			change[i] += share * step
		}
	}
	matrix.Axpy(s.c, 1, change)
}

// state has the shares where they are not the paper's: what was trained before
// they counted goes on differently, and is refused.
func (s *Scaffold) state() []optimizers.Var {
	vars := []optimizers.Var{{Name: "c", Vec: &s.c}, {Name: "ck", Vec: &s.ck}}
	if !s.Uniform {
		vars = append(vars, optimizers.Var{Name: "shares", Vec: &s.shares})
	}
	return vars
}
