package fed

import "optwatch/optimizers"

// FedProx holds clients near where they began, and takes what stragglers have:
//
//	θₖ ≈ argmin_w Fₖ(w) + (μ/2)‖w − θ‖²    each local gradient gets + μ(w − θ)
//	g = Σ_{k∈S} (nₖ/n_S)(θ − θₖ)
//
// With μ = 0 and no deadline it is FedAvg.
//
// Reference: Li, Sahu, Zaheer, Sanjabi, Talwalkar and Smith, "Federated optimization in heterogeneous networks", MLSys 2020,
// algorithm 2.
type FedProx struct {
	FedAvg
	Mu float64 // μ
}

var _ proximal = (*FedProx)(nil)

func (p *FedProx) instruct(t *Task) { t.Mu, t.Partial = p.Mu, true }

func (p *FedProx) mu() *float64 { return &p.Mu }

func (p *FedProx) state() []optimizers.Var { return []optimizers.Var{{Name: "mu", Real: &p.Mu}} }
