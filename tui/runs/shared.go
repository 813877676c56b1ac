package runs

import (
	"slices"
	"strings"

	"optwatch/train/view"
)

// SharedRecipe is how the runs of a group were made, as far as that is alike: the
// recipe of all of them, or the parameters that each has; of recipes that are no list
// of parameters that of the first.
func SharedRecipe(g view.Group) string {
	first := g[0].Recipe
	if !slices.ContainsFunc(g, func(r *view.Run) bool { return r.Recipe != first }) || g[0].Path == "" {
		return first
	}
	var shared []string
	for _, word := range strings.Fields(first) {
		inAll := !slices.ContainsFunc(g, func(r *view.Run) bool { return !slices.Contains(strings.Fields(r.Recipe), word) })
		if inAll && strings.Contains(word, "=") {
			shared = append(shared, word)
		}
	}
	return strings.Join(shared, " ")
}

// sharedName is what the names of a group's runs begin with, up to where one of their
// parts ends; "" for nothing.
func sharedName(g view.Group) string {
	shared := g[0].Name
	for _, r := range g {
		n := 0
		for n < min(len(shared), len(r.Name)) && shared[n] == r.Name[n] {
			n++
		}
		shared = shared[:n]
	}
	for _, r := range g {
		if rest := r.Name[len(shared):]; rest != "" && !strings.ContainsRune(nameParts, rune(rest[0])) {
			return strings.TrimRight(shared[:strings.LastIndexAny(shared, nameParts)+1], nameParts)
		}
	}
	return strings.TrimRight(shared, nameParts)
}

// nameParts is what stands between the parts of a name.
const nameParts = "/-_. ="
