package optimizers

// Nesterov is SGD with Nesterov's momentum, which looks ahead along the buffer:
//
//	b₁ = g₁        bₜ = μ·bₜ₋₁ + gₜ
//	θₜ₊₁ = θₜ − αₜ·(gₜ + μ·bₜ)
//
// Reference: Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)", 1983; the form
// of Sutskever, Martens, Dahl and Hinton, ICML 2013.
type Nesterov struct {
	Mu float64 // μ

	t int
	b []float64

	lr float64 // of the step that has begun
}

var (
	_ Limited = (*Nesterov)(nil)
	_ Parted  = (*Nesterov)(nil)
)

// Apply is one step.
func (n *Nesterov) Apply(theta, g []float64, lr float64) {
	n.Begin(theta, lr)
	n.Part(theta, g, 0)
}

// Begin prepares a step.
func (n *Nesterov) Begin(theta []float64, lr float64) {
	zeros(&n.b, len(theta))
	n.lr = lr
	n.t++
}

// Part is a part of a step.
func (n *Nesterov) Part(theta, g []float64, lo int) {
	hi := lo + len(g)
	theta = theta[lo:hi]
	b, lr := n.b[lo:hi], n.lr
	for i := n.fast(theta, b, g, lr); i < len(g); i++ {
		gi := g[i]
		b[i] = flush(n.Mu*b[i] + gi)
		theta[i] -= lr * (gi + n.Mu*b[i])
	}
}

// Limit is 2(1+μ)/((1+2μ)L).
func (n *Nesterov) Limit(l float64) (lr float64, law string) {
	return 2 * (1 + n.Mu) / ((1 + 2*n.Mu) * l), "2(1+β)/((1+2β)L)"
}

// State is the buffer and the number of steps it has seen.
func (n *Nesterov) State() []Var {
	return []Var{{Name: "t", Int: &n.t}, {Name: "b", Vec: &n.b}}
}
