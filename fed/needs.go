package fed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"optwatch/fed/partition"
	"optwatch/fed/privacy"
	"optwatch/optimizers"
)

// needs says what is wrong with the settings of a federation on a problem.
func needs(m method, v optimizers.Values) error {
	pr := v.Problem()
	if local := v.Word("local"); m.locals != nil && !slices.Contains(m.locals, local) {
		return fmt.Errorf("%s's correction is not defined for local=%s; it takes local=%s", m.name, local, list(m.locals))
	}
	if m.name == "fednova" && v.Word("local") == "momentum" && v.Real("local_dampening") != 0 {
		return errors.New("fednova's weights are not defined for local_dampening")
	}
	by, err := partition.Parse(v.Word("partition"), v.Real("alpha"))
	if err == nil {
		err = by.Check(partition.Population{Labels: pr.Labels, Classes: pr.Classes, Examples: pr.N, Clients: v.Int("clients")})
	}
	return cmp.Or(err, needsOfKeys(v), needsOfCombine(m, v), needsOfPrivacy(m, v))
}

// needsOfCombine are the conditions of a robust average.
func needsOfCombine(m method, v optimizers.Values) error {
	word, cohort := v.Word("aggregate"), cohortSize(v)
	c := combineOf(v)
	switch {
	case c == nil:
		return nil
	case !m.combines:
		return fmt.Errorf("%s has an average of its own; aggregate=%s goes with fedavg and fedprox", m.name, word)
	case cohort < c.least():
		return fmt.Errorf("aggregate=%s needs %d updates a round, and a round selects %d", word, c.least(), cohort)
	case word == "multi-krum" && v.Given("keep") && v.Int("keep") > cohort-v.Int("byzantine"):
		return fmt.Errorf("keep must be at most the %d selected less byzantine, got %d", cohort, v.Int("keep"))
	}
	return nil
}

// needsOfPrivacy are the conditions under which an ε can be given.
func needsOfPrivacy(m method, v optimizers.Values) error {
	p := privacyOf(v)
	switch {
	case p.Noise == 0 && !v.Given("epsilon"):
		for _, key := range []string{"delta", "private"} {
			if v.Given(key) && v.Word(key) != "0" {
				return fmt.Errorf("%s needs noise or epsilon: without noise there is no privacy", key)
			}
		}
		if p.Unit == privacy.Example && p.Clip == 0 {
			return errors.New("privacy=example needs noise or epsilon, or a clip: else nothing is hidden")
		}
		return nil
	case p.Clip == 0:
		return errors.New("noise needs a clip above 0: what is not bounded cannot be hidden")
	case !v.Given("noise") && !v.Given("rounds"):
		return errors.New("epsilon without noise needs rounds, to find the noise that spends it in so many")
	case v.Given("noise") && p.Noise == 0:
		return errors.New("epsilon needs noise above 0")
	}
	secrets, what := v.Int("clients"), "clients"
	if p.Examples() {
		secrets, what = v.Problem().N/max(1, v.Int("clients")), "examples of a client"
	}
	if p.Delta > 0 && p.Delta*float64(secrets) >= 1 {
		return fmt.Errorf("delta must be below one over the number of %s, 1/%d; got %g", what, secrets, p.Delta)
	}
	if p.Clients() {
		return needsOfClients(m, v, p)
	}
	return nil
}

// needsOfClients are the conditions of noise on the sum of whole updates: a mean
// with a fixed denominator takes the place of any other.
func needsOfClients(m method, v optimizers.Values, p privacy.Settings) error {
	for _, key := range []string{"quorum", "retries"} {
		if v.Given(key) {
			return fmt.Errorf("%s does not go with noise at the client's level: there is a result whoever answers", key)
		}
	}
	switch {
	case !m.combines:
		return fmt.Errorf("%s has no noise at the client's level; privacy=example has, or fedavg and fedprox", m.name)
	case v.Word("aggregate") != "mean":
		return errors.New("noise at the client's level is for aggregate=mean")
	case !v.Given("epsilon") || p.Noise == 0:
		return nil
	}
	if p.Delta == 0 {
		p.Delta = privacy.DefaultDelta(v.Int("clients"))
	}
	var a privacy.Accountant
	a.Charge(v.Real("fraction"), p.Noise, 1)
	if e := a.Epsilon(p.Delta); e > p.Budget {
		return fmt.Errorf("epsilon=%g: one round with noise=%g costs %.4g already", p.Budget, p.Noise, e)
	}
	return nil
}

// useless are settings that only some value of another gives a meaning.
var useless = []struct {
	key, without string
	fits         func(value string) bool
}{
	{"alpha", "partition", func(s string) bool { return strings.HasPrefix(s, "dirichlet") }},
	{"trim", "aggregate", func(s string) bool { return s == "trimmed" }},
	{"byzantine", "aggregate", func(s string) bool { return s == "krum" || s == "multi-krum" }},
	{"keep", "aggregate", func(s string) bool { return s == "multi-krum" }},
	{"slowness", "slow", func(s string) bool { return s != "0" }},
}

// needsOfKeys finds settings that change nothing.
func needsOfKeys(v optimizers.Values) error {
	for _, u := range useless {
		if v.Given(u.key) && !u.fits(v.Word(u.without)) {
			return fmt.Errorf("%s changes nothing with %s=%s", u.key, u.without, v.Word(u.without))
		}
	}
	return nil
}
