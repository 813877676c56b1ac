package optimizers

import "testing"

// torch.optim.SGD(nesterov=True) on f = x², x₀ = 1, lr 0.1, momentum 0.9.
func TestNesterov(t *testing.T) {
	allNear(t, "x", iterates(&Nesterov{Mu: 0.9}, 1, 0.1, 4, twice), []float64{0.62, 0.2224, -0.108352, -0.32482304}, 1e-15)
}
