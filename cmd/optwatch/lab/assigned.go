package lab

import (
	"fmt"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/study"
)

// The problem that the theory is put to the test on is softmax regression with
// λ = 1e-3: assigned on all training examples, validated on all but those that
// are held out.
var (
	assigned  = trials.Problem{Model: "softmax", L2: 1e-3}
	validated = trials.Problem{Model: "softmax", L2: 1e-3, Val: -1}
)

// onMNIST says whether a bench is of MNIST with all its 60,000 examples, so that
// values that are known of it can be claimed.
func onMNIST(b *train.Bench) bool {
	d, _ := b.Views(0)
	return d.Name == "mnist" && d.Train+d.Val == 60_000
}

// lrScale is what learning rates that suit MNIST are multiplied by for other
// data: curvature grows with ‖x̃‖², whose mean over the rows of MNIST that
// ProblemView.MeanSquare averages is 83.72.
func lrScale(b *train.Bench) float64 {
	_, pv := b.Views(0)
	return 83.72 / pv.MeanSquare
}

// approach takes SVRG near the optimum of a bench, to f − f* ≤ 1e-5 unless
// that takes more than 200 passes, and returns the trial.
func (s *session) approach(p *study.Page, b *train.Bench) (*train.Trial, error) {
	p.Doing("approaching θ* with SVRG")
	const most, piece = 200, 4
	n, scale, optimum := int64(b.Objective().Len()), lrScale(b), b.Optimum().Value
	recipe := fmt.Sprintf("svrg:m=%d,lr=%.6g,warm=1,warm_lr=%.6g", max(n/2, 30_000), 0.02*scale, 0.3*scale)
	t, err := b.Trial(recipe, s.Seed, most*n)
	if err != nil {
		return nil, err
	}
	for passes := int64(piece); passes <= most; passes += piece {
		if _, err := trials.Advance(p, t, passes*n); err != nil {
			return nil, err
		}
		if t.Last().Loss-optimum <= 1e-5 {
			break
		}
	}
	return t, nil
}

// vector is the part of a state with some name.
func vector(state []optimizers.Var, name string) []float64 {
	for _, v := range state {
		if v.Name == name {
			return *v.Vec
		}
	}
	panic("lab: the state has no " + name)
}
