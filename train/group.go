package train

import (
	"slices"
	"strings"
)

// seedGroup is the runs of one recipe over several seeds, or a run by itself.
type seedGroup []*RunReport

// seedGroups puts runs together whose recipes are equal but for seed and name, in
// the order in which the first of each stands. No two runs of a group have the
// same seed: the second would be a copy of the first, and no other sample of
// what the recipe does.
func seedGroups(runs []*RunReport) []seedGroup {
	var groups []seedGroup
	for _, r := range runs {
		i := slices.IndexFunc(groups, func(g seedGroup) bool { return g.takes(r) })
		if i < 0 {
			groups = append(groups, seedGroup{r})
			continue
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

func (g seedGroup) takes(r *RunReport) bool {
	return sameMethod(g[0].Recipe, r.Recipe) && !slices.ContainsFunc(g, func(o *RunReport) bool { return o.Seed == r.Seed })
}

// sameMethod says whether two recipes are equal but for seed and name.
func sameMethod(a, b string) bool {
	a, restA, _ := strings.Cut(a, ":")
	b, restB, _ := strings.Cut(b, ":")
	for a == b {
		if restA == "" && restB == "" {
			return true
		}
		a, restA = nextSetting(restA)
		b, restB = nextSetting(restB)
	}
	return false
}

// nextSetting is the first setting of key=value,… that is neither seed nor
// name, and what comes after it; "" if there is none.
func nextSetting(settings string) (first, rest string) {
	for rest = settings; rest != ""; {
		first, rest, _ = strings.Cut(rest, ",")
		if !strings.HasPrefix(first, "seed=") && !strings.HasPrefix(first, "name=") {
			return first, rest
		}
	}
	return "", ""
}
