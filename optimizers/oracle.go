package optimizers

// Oracle is the only way to the data: the data term f(θ) = (1/n) Σ fᵢ(θ) of
// one problem. It counts every gradient evaluation (one ∇fᵢ at one point), and
// it is where a run is paused or stopped: a call that returns an error has
// counted and drawn nothing, and the caller must leave its state as it was, so
// that the call can be made again with the same numbers.
type Oracle interface {
	// Len is n, the number of examples.
	Len() int
	// Dim is d, the number of parameters.
	Dim() int
	// NextBatch is how many rows Draw(batch) will give: fewer than batch at the end of an epoch.
	NextBatch(batch int) int
	// Draw is the next mini-batch of the run's stream. The rows are valid until the next Draw.
	Draw(batch int) ([]int32, error)
	// Intn is a uniform random number in 0 … n−1 from the run's stream.
	Intn(n int) int
	// Grad writes the mean gradient over rows to g and returns the mean loss; len(rows) evaluations.
	Grad(g, theta []float64, rows []int32) float64
	// GradDiff writes base + mean over rows of ∇fᵢ(θ1) − ∇fᵢ(θ2) to g and returns
	// the mean loss at θ1; 2·len(rows) evaluations. g may be base.
	GradDiff(g, base, theta1, theta2 []float64, rows []int32) float64
	// FullGrad writes ∇f(θ) to g and returns f(θ); n evaluations. It takes long and can be interrupted.
	FullGrad(g, theta []float64) (float64, error)
}

// LinearOracle is an Oracle of a linear model, fᵢ(θ) = φᵢ(Wᵀx̃ᵢ), where a
// gradient is the outer product of x̃ᵢ and a residual ∇φᵢ of a few numbers, so
// that a gradient of every example can be kept.
type LinearOracle interface {
	Oracle
	// Width is k, the length of a residual.
	Width() int
	// Residuals writes ∇φᵢ for the rows to r ([len(rows)][k]) and returns the mean loss; len(rows) evaluations.
	Residuals(r, theta []float64, rows []int32) float64
	// FullResiduals writes ∇φᵢ of all examples to r ([n][k]) and ∇f(θ) to g; n evaluations. It can be interrupted.
	FullResiduals(r, g, theta []float64) (float64, error)
	// AddOuter adds scale·Σ x̃ᵢ ⊗ rᵢ over the rows to g; no evaluation.
	AddOuter(g, r []float64, rows []int32, scale float64)
}

// ClientOracle is an Oracle of some of the rows, which knows the gradient of
// every example by itself.
type ClientOracle interface {
	Oracle
	// DrawEach is a Poisson sample: every row with a probability, by itself. It may be empty.
	DrawEach(rate float64) ([]int32, error)
	// ClippedGrad writes Σ ∇fᵢ(θ)·min(1, clip/‖∇fᵢ(θ)‖) over rows to g, and
	// returns the sum of losses and how many gradients were clipped; len(rows) evaluations.
	ClippedGrad(g, theta []float64, rows []int32, clip float64) (loss float64, clipped int)
}

// Divisible is an Oracle whose rows can be divided among clients that work at
// the same time.
type Divisible interface {
	Oracle
	// Sub is an oracle of some rows, with the same meter and gate and a stream of
	// its own, which follows from the run's seed and the number. It belongs to
	// the goroutine that asked for it, until that asks for the next.
	Sub(rows []int32, stream uint64) ClientOracle
	// Each calls do for i = 0 … n−1, several at the same time where processors
	// are free, and waits for all. Each call gets an oracle for its own goroutine.
	// After an error no other call begins, and those under way end at their next
	// draw; the first error is returned.
	Each(n int, do func(o Divisible, i int) error) error
	// Count meters gradient evaluations that were made for this oracle elsewhere.
	// Any goroutine of a call of Each may count.
	Count(evals int)
	// Wait waits until something is received from ready or it is closed, without
	// holding up other runs. After an error, which says that the run ends or that
	// a command is to be carried out, the caller gives up what it was doing, and
	// returns that error. While the run is paused it waits in any case. The time
	// counts as the run's where somebody works for it meanwhile, elsewhere.
	Wait(ready <-chan struct{}, working bool) error
}
