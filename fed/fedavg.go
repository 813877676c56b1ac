package fed

import "optwatch/optimizers"

// FedAvg averages what clients come to, weighted by their numbers of examples:
//
//	θₖ ← E epochs of mini-batch steps from θ on client k's examples
//	g = Σ_{k∈S} (nₖ/n_S)(θ − θₖ)    n_S = Σ_{k∈S} nₖ over those who answered
//
// Reference: McMahan, Moore, Ramage, Hampson and Agüera y Arcas, "Communication-efficient learning of deep networks from
// decentralized data", AISTATS 2017, algorithm 1, with the server's step written as a pseudo-gradient.
type FedAvg struct{}

var _ strategy = (*FedAvg)(nil)

func (*FedAvg) vectors() int            { return 1 }
func (*FedAvg) begin([]int, int)        {}
func (*FedAvg) instruct(*Task)          {}
func (*FedAvg) state() []optimizers.Var { return nil }

// weight is nₖ/n over all who were asked.
func (*FedAvg) weight(u *Update, asked turnout) float64 {
	return float64(u.Examples) / float64(asked.examples)
}

// scale makes them nₖ/n_S.
func (*FedAvg) scale(us []*Update, asked turnout) float64 {
	return float64(asked.examples) / float64(turnoutOf(us).examples)
}
