package privacy

import (
	"cmp"
	"fmt"

	"optwatch/optimizers"
)

// Ledger is what many members have spent, each charged for itself; its ε is the
// most that any of them has. Members of equal size use one account, since a step
// costs them the same, and the account is as high as the one of them that has
// taken most steps.
type Ledger struct {
	accounts []*account
	of       []*account // each member's
	steps    []float64  // noisy steps of each member
}

// account is what the member that has taken most steps, of those who use it, has spent.
type account struct {
	Accountant
	members     []int
	most        float64 // noisy steps charged
	rate, noise float64 // of the latest charge
}

// NewLedger opens accounts for members by their size, or a single one for all.
func NewLedger(sizes []int, single bool) *Ledger {
	l := &Ledger{steps: make([]float64, len(sizes)), of: make([]*account, len(sizes))}
	open := map[int]*account{}
	for k, n := range sizes {
		if single {
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

// Charge records so many steps of a member, with sampling rate q and noise
// multiplier z as Accountant.Charge has them.
func (l *Ledger) Charge(member int, rate, noise float64, steps int) {
	a := l.of[member]
	if rate != a.rate || noise != a.noise { // from here on steps cost something else: all begin level
		for _, k := range a.members {
			l.steps[k] = a.most
		}
		a.rate, a.noise = rate, noise
	}
	l.steps[member] += float64(steps)
	if more := l.steps[member] - a.most; more > 0 {
		a.Charge(rate, noise, int(more))
		a.most += more
	}
}

// Epsilon is the ε that has been spent at δ.
func (l *Ledger) Epsilon(delta float64) float64 {
	most := 0.0
	for _, a := range l.accounts {
		most = max(most, a.Epsilon(delta))
	}
	return most
}

// After is the ε at δ of a member that takes some steps more. It charges nothing.
func (l *Ledger) After(member int, rate, noise float64, steps int, delta float64) float64 {
	a := l.of[member]
	if rate == a.rate && noise == a.noise { // else it begins level with the others
		steps -= int(a.most - l.steps[member])
	}
	if steps <= 0 {
		return a.Epsilon(delta)
	}
	return a.After(rate, noise, steps, delta)
}

// State is what has been spent: the steps of each member, and every account.
func (l *Ledger) State() []optimizers.Var {
	vars := []optimizers.Var{{Name: "noisy steps", Vec: &l.steps}}
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

// Check says what is wrong with a state that has been restored: every member has
// an account, and accounts are charged in whole steps of mechanisms that there can be.
func (l *Ledger) Check() error {
	if err := optimizers.CheckCounts("noisy steps", l.steps, len(l.of)); err != nil {
		return err
	}
	for _, a := range l.accounts {
		if err := cmp.Or(optimizers.CheckCounts("most", []float64{a.most}, 1), a.check()); err != nil {
			return err
		}
	}
	return nil
}

// check says what is wrong with charges.
func (a *Accountant) check() error {
	if len(a.noise) != len(a.rate) || len(a.steps) != len(a.rate) {
		return fmt.Errorf("privacy: an account with %d rates, %d noises and %d steps", len(a.rate), len(a.noise), len(a.steps))
	}
	for i, rate := range a.rate {
		if !(rate > 0 && rate <= 1 && a.noise[i] >= 0 && a.noise[i] <= MaxNoiseMultiplier) {
			return fmt.Errorf("privacy: an account is charged at rate %v and noise %v", rate, a.noise[i])
		}
	}
	return optimizers.CheckCounts("steps", a.steps, len(a.rate))
}
