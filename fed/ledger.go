package fed

import (
	"fmt"

	"optwatch/optimizers"
)

// ledger is the privacy that a federation has spent: the most that any client
// has. Clients that hold equally many examples share an account, since a step
// costs them the same; at the client's level all share one.
type ledger struct {
	accounts []*account
	of       []*account // each client's
	steps    []float64  // noisy steps of each client
	void     void
}

// void is why nothing is guaranteed any more, and since or until which round.
type void struct{ why, round int }

// breach is a reason why nothing is guaranteed.
type breach int

const (
	_           breach = iota
	bareAfter          // rounds after it have no noise
	bareBefore         // rounds up to it had none
	otherBefore        // rounds up to it hid something else
)

func (v void) text() string {
	switch breach(v.why) {
	case bareAfter:
		return fmt.Sprintf("the rounds after round %d have no noise", v.round)
	case bareBefore:
		return fmt.Sprintf("rounds 1 to %d had no noise", v.round)
	case otherBefore:
		return fmt.Sprintf("rounds 1 to %d hid something else", v.round)
	}
	return ""
}

// spoil says that nothing is guaranteed any more, unless that was so before.
func (l *ledger) spoil(why breach, round int) {
	if l.void.why == 0 {
		l.void = void{int(why), round}
	}
}

// account is what the client that has taken most steps, of those who share it, has spent.
type account struct {
	Accountant
	members     []int
	most        float64
	rate, noise float64 // of the latest charge
}

// newLedger opens accounts for clients by their size, or one for all.
func newLedger(sizes []int, together bool) *ledger {
	l := &ledger{steps: make([]float64, len(sizes)), of: make([]*account, len(sizes))}
	open := map[int]*account{}
	for k, n := range sizes {
		if together {
			n = 0
		}
		if open[n] == nil {
			open[n] = &account{}
			l.accounts = append(l.accounts, open[n])
		}
		open[n].members = append(open[n].members, k)
		l.of[k] = open[n]
	}
	return l
}

// charge is what some steps of a client cost.
func (l *ledger) charge(client int, rate, noise float64, steps int) {
	a := l.of[client]
	if rate != a.rate || noise != a.noise { // from here on steps cost something else: all begin level
		for _, k := range a.members {
			l.steps[k] = a.most
		}
		a.rate, a.noise = rate, noise
	}
	l.steps[client] += float64(steps)
	if more := l.steps[client] - a.most; more > 0 {
		a.Charge(rate, noise, int(more))
		a.most += more
	}
}

// epsilon is the ε that has been spent.
func (l *ledger) epsilon(delta float64) float64 {
	most := 0.0
	for _, a := range l.accounts {
		most = max(most, a.Epsilon(delta))
	}
	return most
}

// after is the ε of a client that takes some steps more.
func (l *ledger) after(client int, rate, noise float64, steps int, delta float64) float64 {
	a := l.of[client]
	if rate == a.rate && noise == a.noise { // else it begins level with the others
		steps -= int(a.most - l.steps[client])
	}
	if steps <= 0 {
		return a.Epsilon(delta)
	}
	return a.After(rate, noise, steps, delta)
}

// state lists what is spent, as named vectors.
func (l *ledger) state() []optimizers.Var {
	vars := []optimizers.Var{
		{Name: "noisy steps", Vec: &l.steps}, {Name: "void", Int: &l.void.why}, {Name: "void round", Int: &l.void.round},
	}
	for i, a := range l.accounts {
		vars = append(vars,
			optimizers.Var{Name: fmt.Sprintf("account %d most", i), Real: &a.most},
			optimizers.Var{Name: fmt.Sprintf("account %d latest rate", i), Real: &a.rate},
			optimizers.Var{Name: fmt.Sprintf("account %d latest noise", i), Real: &a.noise})
		for _, v := range a.State() {
			v.Name = fmt.Sprintf("account %d %s", i, v.Name)
			vars = append(vars, v)
		}
	}
	return vars
}
