package optimizers

import "testing"

// From 0 with lr 0.1 on 10, 1, 1, 1, 1: torch.optim.Adam(amsgrad=True) and plain Adam are the same, since the raw
// second moment still rises and the correction comes after the maximum.
func TestAMSGradTorchEqualsAdamAtFirst(t *testing.T) {
	want := []float64{-0.0999999999, -0.174081064077, -0.237395418513, -0.294740022276, -0.348334202073}
	rule := usual
	adam := iterates(&rule, 0, 0.1, 5, tenThenOnes)
	torch := iterates(&AMSGradTorch{Adam: usual}, 0, 0.1, 5, tenThenOnes)
	allNear(t, "Adam", adam, want, 1e-12)
	sameBits(t, "torch", torch, adam)
}

// Where the moment falls the maximum stays: after one spike v of Adam decays by β₂ and the torch variant's does not.
func TestAMSGradTorchRemembersTheSpike(t *testing.T) {
	spike := func(t int, _ float64) float64 {
		if t == 5 {
			return 100
		}
		return 1
	}
	settings := Adam{Beta2: 0.9, Eps: 1e-8}
	step := func(rule Rule) float64 {
		x := iterates(rule, 0, 1, 201, spike)
		return x[199] - x[200]
	}
	near(t, "Adam's step", step(ptr(settings)), 1, 1e-6)
	// vmax = 0.1·100² and what there was before, v₄ = 1−0.9⁴.
	near(t, "torch's step", step(&AMSGradTorch{Adam: settings}), 0.0316180, 1e-6)
}
