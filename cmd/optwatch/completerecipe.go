package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"optwatch/optimizers"
)

// completeRecipes completes a recipe: its name, then key by key, and the values of
// keys that have a few or a default.
func completeRecipes(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	return recipesFrom(catalogue(), word), cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

// recipesFrom are what the beginning of a recipe may become by one more name, key
// or value.
func recipesFrom(c optimizers.Catalogue, typed string) []string {
	at := strings.LastIndexAny(typed, ":,+") + 1
	before, last := typed[:at], typed[at:]
	name, settings, has := strings.Cut(typed, ":")
	var all []string
	switch key, _, valued := strings.Cut(last, "="); {
	case !has:
		for _, n := range c.Names() {
			all = append(all, n, n+":")
		}
	case valued:
		for _, p := range recipeParams(c, name, settings) {
			if p.Name == key {
				for _, v := range likely(p) {
					all = append(all, key+"="+v)
				}
			}
		}
	default:
		for _, p := range recipeParams(c, name, settings) {
			if !strings.Contains(","+settings, ","+p.Name+"=") {
				all = append(all, p.Name+"=\t"+p.Doc)
			}
		}
	}
	out := beginning(last, all)
	for i := range out {
		out[i] = before + out[i]
	}
	return out
}

// recipeParams are the keys that a recipe takes, of which the last setting is not
// whole yet; none where its name is wrong. What is set decides on keys: those of a
// schedule, of clients' rules.
func recipeParams(c optimizers.Catalogue, name, settings string) []optimizers.Param {
	r, err := c.Parse(name)
	if err != nil {
		return nil
	}
	pairs := strings.Split(settings, ",")
	for _, pair := range pairs[:len(pairs)-1] {
		if key, value, ok := strings.Cut(pair, "="); ok {
			r = r.With(key, value)
		}
	}
	return c.Params(r)
}

// likely are the values that a key is often given.
func likely(p optimizers.Param) []string {
	var values []string
	for _, v := range p.Choices {
		v, _, _ = strings.Cut(v, "[") // what may follow, as in shards[-k]
		values = append(values, v)
	}
	if p.Default != "" && !slices.Contains(values, p.Default) {
		values = append(values, p.Default)
	}
	return values
}
