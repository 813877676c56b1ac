package train

import (
	"strings"
	"testing"
)

// Runs of a net of any size, and in either precision, go on from their saved
// states to the bit, and as nothing else than they were begun as.
func TestNetsGoOn(t *testing.T) {
	settings := []ModelSettings{{Precision: "float32"}, {Hidden: "7", Precision: "float32"}, {Hidden: "9,20,3"}}
	for _, net := range settings {
		for _, recipe := range []string{"sgd:batch=8", "svrg:batch=10,m=7", "adam:batch=3"} {
			e := newClocklessOf(t, 40, "net", net, 800)
			r, err := begun(e, recipe)
			if err != nil {
				t.Fatal(err)
			}
			goesOn(t, e, r, 400)
			for _, other := range settings {
				_, err := newClocklessOf(t, 40, "net", other, 0).restore(r.save(), 0, r.name)
				if other != net && (err == nil || !strings.Contains(err.Error(), ", here they are ")) {
					t.Errorf("%+v goes on as %+v: %v", net, other, err)
				}
			}
		}
	}
}
