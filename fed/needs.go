package fed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"optwatch/optimizers"
)

// needs says what is wrong with the settings of a federation on a problem.
func needs(m method, v optimizers.Values) error {
	pr := v.Problem()
	if local := v.Word("local"); m.locals != nil && !slices.Contains(m.locals, local) {
		return fmt.Errorf("%s's correction is not defined for local=%s; it takes local=%s", m.name, local, list(m.locals))
	}
	by, err := ParsePartitioning(v.Word("partition"), v.Real("alpha"))
	if err == nil {
		err = by.Check(Population{Labels: pr.Labels, Classes: pr.Classes, Examples: pr.N, Clients: v.Int("clients")})
	}
	return cmp.Or(err, needsOfCombine(m, v), needsOfPrivacy(m, v))
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
	budget := v.Given("epsilon")
	switch {
	case p.Noise == 0 && !budget:
		if v.Given("delta") {
			return errors.New("delta needs noise or epsilon: without noise there is no privacy")
		}
		return needsOfClients(m, v, p, "clip")
	case p.Clip == 0:
		return errors.New("noise needs a clip above 0: what is not bounded cannot be hidden")
	case !v.Given("noise") && !v.Given("rounds"):
		return errors.New("epsilon without noise needs rounds, to find the noise that spends it in so many")
	case v.Given("noise") && p.Noise == 0:
		return errors.New("epsilon needs noise above 0")
	}
	secrets, what := v.Int("clients"), "clients"
	if p.examples() {
		secrets, what = v.Problem().N/max(1, v.Int("clients")), "examples of a client"
	}
	if p.Delta > 0 && p.Delta*float64(secrets) >= 1 {
		return fmt.Errorf("delta must be below one over the number of %s, 1/%d; got %g", what, secrets, p.Delta)
	}
	return needsOfClients(m, v, p, "noise")
}

// needsOfClients are the conditions of what is done to whole updates, clip or
// noise: a mean with a fixed denominator takes the place of any other.
func needsOfClients(m method, v optimizers.Values, p Privacy, what string) error {
	if !p.clients() {
		return nil
	}
	for _, key := range []string{"quorum", "retries"} {
		if v.Given(key) {
			return fmt.Errorf("%s does not go with %s at the client's level: there is a result whoever answers", key, what)
		}
	}
	switch {
	case !m.combines:
		return fmt.Errorf("%s has no %s at the client's level; privacy=example has, or fedavg and fedprox", m.name, what)
	case v.Word("aggregate") != "mean":
		return fmt.Errorf("%s at the client's level is for aggregate=mean", what)
	}
	return nil
}
