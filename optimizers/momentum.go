package optimizers

// Momentum is SGD with a heavy ball:
//
//	b₁ = g₁        bₜ = μ·bₜ₋₁ + (1−τ)·gₜ
//	θₜ₊₁ = θₜ − αₜ·bₜ
//
// The learning rate is outside the buffer, so a change of it acts at once.
//
// Reference: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; the form of
// Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013.
type Momentum struct {
	Mu  float64 // μ
	Tau float64 // τ, dampening

	t int
	b []float64

	lr, gain float64 // of the step that has begun
}

var (
	_ Limited = (*Momentum)(nil)
	_ Parted  = (*Momentum)(nil)
)

// Apply is one step.
func (m *Momentum) Apply(theta, g []float64, lr float64) {
	m.Begin(theta, lr)
	m.Part(theta, g, 0)
}

// Begin prepares a step.
func (m *Momentum) Begin(theta []float64, lr float64) {
	zeros(&m.b, len(theta))
	m.lr, m.gain = lr, 1-m.Tau
	if m.t++; m.t == 1 {
		m.gain = 1
	}
}

// Part is a part of a step.
func (m *Momentum) Part(theta, g []float64, lo int) {
	hi := lo + len(g)
	theta = theta[lo:hi]
	b, lr, gain := m.b[lo:hi], m.lr, m.gain
	for i := m.fast(theta, b, g, lr, gain); i < len(g); i++ {
		gi := g[i]
		b[i] = flush(m.Mu*b[i] + gain*gi)
		theta[i] -= lr * b[i]
	}
}

// Limit is 2(1+μ)/((1−τ)L).
func (m *Momentum) Limit(l float64) (lr float64, law string) {
	law = "2(1+β)/((1−τ)L)"
	if m.Tau == 0 {
		law = "2(1+β)/L"
	}
	return 2 * (1 + m.Mu) / ((1 - m.Tau) * l), law
}

// State is the buffer and the number of steps it has seen.
func (m *Momentum) State() []Var {
	return []Var{{Name: "t", Int: &m.t}, {Name: "b", Vec: &m.b}}
}
