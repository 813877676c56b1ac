package optimizers

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// A step in parts that begin at multiples of sixteen is the whole step to the bit,
// of every rule that can take one, step after step.
func TestStepsInParts(t *testing.T) {
	parted := 0
	for _, part := range Default().Rules {
		v := Values{params: part.Params}
		if _, ok := part.New(v).(Parted); !ok {
			continue
		}
		parted++
		for _, d := range []int{1, 16, 37, 100, 163} {
			whole, inParts := part.New(v).(Parted), part.New(v).(Parted)
			rng := rand.New(rand.NewPCG(1, uint64(d)))
			a, g := make([]float64, d), make([]float64, d)
			for i := range a {
				a[i] = rng.NormFloat64()
			}
			b := slices.Clone(a)
			for range 5 {
				for i := range g {
					g[i] = rng.NormFloat64()
				}
				whole.Apply(a, slices.Clone(g), 0.1)
				inParts.Begin(b, 0.1)
				for lo := 0; lo < d; lo += 48 {
					inParts.Part(b, g[lo:min(lo+48, d)], lo)
				}
			}
			if !slices.Equal(a, b) || !reflect.DeepEqual(Save(whole.State()), Save(inParts.State())) {
				t.Errorf("%s, %d parameters: in parts it comes to other bits", part.Name, d)
			}
		}
	}
	if parted < 9 {
		t.Errorf("%d rules take steps in parts, want 9 at least", parted)
	}
}
