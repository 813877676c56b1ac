package train

import (
	"fmt"
	"strings"
	"testing"
)

// Runs are of one group if their recipes differ in nothing but seed and name,
// and each has a seed of its own.
func TestGroups(t *testing.T) {
	for _, test := range []struct{ runs, want string }{
		{"sgd/1 adam/1 sgd:seed=2/2 adam:seed=2/2", "[0 2][1 3]"},
		{"sgd:lr=0.1,name=a/1 sgd:lr=0.1,seed=2,name=b/2 sgd:seed=3,lr=0.1/3", "[0 1 2]"},
		{"sgd:lr=0.1/1 sgd:lr=0.2,seed=2/2", "[0][1]"},
		{"sgd:lr=0.1/1 sgd:lr=0.1,batch=64/2 sgd:lr=0.1/3", "[0 2][1]"},
		{"sgd/1 sgd/1", "[0][1]"},                             // a branch
		{"sgd/1 sgd/2 sgd/1 sgd/2", "[0 1][2 3]"},             // a branched group
		{"sgd:name=seed/1 sgd:nameless=3/2", "[0][1]"},        // name is a key, not how one begins
		{"sgd:seed=1/1 sgd:seed=2,name=x/2 sgd/3", "[0 1 2]"}, // nothing is left of the settings
		{"sgd/1 sgd+svrg/2 /3", "[0][1][2]"},
	} {
		var runs []*RunReport
		for i, text := range strings.Split(test.runs, " ") {
			r := &RunReport{ID: i}
			recipe, seed, _ := strings.Cut(text, "/")
			r.Recipe = recipe
			fmt.Sscan(seed, &r.Seed)
			runs = append(runs, r)
		}
		got := ""
		for _, g := range seedGroups(runs) {
			var ids []int
			for _, r := range g {
				ids = append(ids, r.ID)
			}
			got += fmt.Sprint(ids)
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.runs, got, test.want)
		}
	}
}
