package runs

import (
	"testing"

	"optwatch/train/view"
)

// A group of watched runs is called by what they share, one of an experiment's own by
// its first run.
func TestGroupNames(t *testing.T) {
	for _, c := range []struct {
		runs                []view.Run
		name, recipe, title string
	}{
		{[]view.Run{{Name: "runs/mlp-s1", Recipe: "lr=0.1 seed=1", Path: "a"}, {Name: "runs/mlp-s2", Recipe: "lr=0.1 seed=2", Path: "b"}}, "runs/mlp lr=0.1 ×2", "lr=0.1", "parts of names"},
		{[]view.Run{{Name: "seed12", Recipe: "GPU 0 · lr=0.1 seed=1", Path: "a"}, {Name: "seed13", Recipe: "GPU 1 · lr=0.1 seed=2", Path: "b"}}, "lr=0.1 ×2", "lr=0.1", "half of a part"},
		{[]view.Run{{Name: "a/x", Recipe: "seed=1", Path: "a"}, {Name: "a/x-2", Recipe: "seed=2", Path: "b"}}, "a/x ×2", "", "one that begins another"},
		{[]view.Run{{Name: "x", Recipe: "seed=1", Path: "a"}, {Name: "y", Recipe: "seed=2", Path: "b"}}, "x ×2", "", "nothing"},
		{[]view.Run{{Name: "é1", Path: "a"}, {Name: "è1", Path: "b"}}, "é1 ×2", "", "half of a letter"},
		{[]view.Run{{Name: "sgd-4", Recipe: "sgd:lr=0.1,seed=4"}, {Name: "sgd-5", Recipe: "sgd:lr=0.1,seed=5"}}, "sgd-4 ×2", "sgd:lr=0.1,seed=4", "runs of an experiment"},
	} {
		var g view.Group
		for i := range c.runs {
			g = append(g, &c.runs[i])
		}
		if name, recipe := GroupName(g), SharedRecipe(g); name != c.name || recipe != c.recipe {
			t.Errorf("%s: got %q, made by %q; want %q, %q", c.title, name, recipe, c.name, c.recipe)
		}
	}
}
