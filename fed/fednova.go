package fed

import "math"

// FedNova divides each client's way by the length that its number of local
// steps gives it, so that who takes more steps does not pull harder:
//
//	g = τ_eff Σ_{k∈S} pₖ(θ − θₖ)/aₖ    τ_eff = Σ pₖaₖ, pₖ = nₖ/n_S
//
// aₖ is τₖ, the number of steps, for plain SGD, and with momentum ρ it is
// (τₖ − ρ(1−ρ^τₖ)/(1−ρ))/(1−ρ). With equal τₖ it is FedAvg. Stragglers may send
// what they have: this is the weight for it.
//
// Reference: Wang, Liu, Liang, Joshi and Poor, "Tackling the objective inconsistency problem in heterogeneous federated
// optimization", NeurIPS 2020.
type FedNova struct {
	FedAvg
	Momentum float64 // ρ of the clients' rule
}

var _ strategy = (*FedNova)(nil)

func (*FedNova) instruct(t *Task) { t.Partial = true }

func (f *FedNova) weight(u *Update, asked turnout) float64 {
	return f.FedAvg.weight(u, asked) / f.length(u.Steps)
}

// scale has τ_eff in it, which is known once all have answered.
func (f *FedNova) scale(us []*Update, asked turnout) float64 {
	effective, answered := 0.0, turnoutOf(us)
	for _, u := range us {
		effective += f.FedAvg.weight(u, answered) * f.length(u.Steps)
	}
	return effective * f.FedAvg.scale(us, asked)
}

// length is aₖ.
func (f *FedNova) length(steps int) float64 {
	t, rho := float64(steps), f.Momentum
	return (t - rho*(1-math.Pow(rho, t))/(1-rho)) / (1 - rho)
}
