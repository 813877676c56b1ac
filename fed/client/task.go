package client

import (
	"fmt"

	"optwatch/optimizers/matrix"
)

// Version is that of the tasks of this package. A field whose absence means what
// was meant before it was there needs no new version; any other change does.
const Version = 1

// Task is what a server asks of a client in one attempt at a round. d is the
// number of parameters, n the client's number of examples.
type Task struct {
	Version int // Version; a client refuses any other

	Round   int // from 1
	Attempt int // from 1; above where too few clients have answered before
	Client  int // k, from 0

	Theta []float64     // θ, [d]. It is shared within a process and is not to be changed.
	Plan  Plan          // how much to do
	LR    float64       // α of the local steps
	Rule  Rule          // which makes a step of a gradient; its state begins anew in each task
	L2    float64       // λ of the regulariser (λ/2)Σw², which the rule's gradient gets unless it decays weights itself
	Spans []matrix.Span // the parameters w that λ is for

	Mu       float64   // μ of FedProx: each gradient at w gets μ(w − θ); 0 for none
	Variates *Variates // of SCAFFOLD: each gradient gets c − cₖ; nil for none

	// Of example-level privacy, where Plan.Poisson is set: the gradient of every
	// example is clipped to Clip, and their sum gets noise of deviation Noise·Clip.
	Clip  float64 // S, above 0
	Noise float64 // z

	Batches     Stream // that the client's oracle draws its batches from; a Key is of no use to it
	NoiseStream Stream // that the noise is from

	Partial   bool  // send what there is when the deadline comes, unless it is nothing
	Clock     Clock // virtual time
	BreaksOff int   // the local step, from 1, before which the client gives up, as a simulated failure; 0 for none
}

// Rule is a clients' rule by its name in the catalogue, with its settings as a
// recipe has them, all of them and every number in full.
type Rule struct {
	Name     string
	Settings map[string]string
}

// Variates are SCAFFOLD's control variates, each [d]. They do not come back: the
// server knows cₖ⁺ from the update, cₖ⁺ = cₖ − c + Δ/(Kα). So a client that is
// started anew has lost nothing.
type Variates struct {
	Server []float64 // c
	Client []float64 // cₖ
}

// check says what makes a task impossible with d parameters and n examples.
// Tasks may be from another machine.
func (t *Task) check(d, n int) error {
	switch v := t.Variates; {
	case t.Version != Version:
		return fmt.Errorf("client: task of version %d, want %d", t.Version, Version)
	case len(t.Theta) != d:
		return fmt.Errorf("client: task with %d parameters, want %d", len(t.Theta), d)
	case n < 1 || t.Plan.Epochs < 1 || t.Plan.Batch < 1:
		return fmt.Errorf("client: task of %d epochs of batches of %d of %d examples, want at least 1", t.Plan.Epochs, t.Plan.Batch, n)
	case v != nil && (len(v.Server) != d || len(v.Client) != d):
		return fmt.Errorf("client: task with variates of %d and %d numbers, want %d", len(v.Server), len(v.Client), d)
	case t.Plan.Poisson && !(t.Clip > 0 && t.Noise >= 0):
		return fmt.Errorf("client: task with privacy and clip %g, noise %g", t.Clip, t.Noise)
	case !(t.Clock.Unit > 0 && t.Clock.Slowness > 0):
		return fmt.Errorf("client: task with a clock of unit %g and slowness %g, want them above 0", t.Clock.Unit, t.Clock.Slowness)
	case len(t.NoiseStream.Key) != 0 && len(t.NoiseStream.Key) != 32:
		return fmt.Errorf("client: task with a key of %d bytes, want 32", len(t.NoiseStream.Key))
	}
	for _, s := range t.Spans {
		if s.Lo < 0 || s.Lo > s.Hi || s.Hi > d {
			return fmt.Errorf("client: task with a regulariser on parameters %d to %d of %d", s.Lo, s.Hi, d)
		}
	}
	return nil
}
