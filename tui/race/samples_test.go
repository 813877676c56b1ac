package race

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"optwatch/train/view"
)

// A chart that has followed its curves draws what one that sees them first draws,
// whatever has become of them: new points, an end that moved, a value measured
// against another, a restart, thinning.
func TestSamplesAreThoseOfAFreshChart(t *testing.T) {
	src := sample(60, centralised(3)...)
	followed := newRace(src)
	r := rand.New(rand.NewPCG(3, 5))
	for range 200 {
		k := src.run(r.IntN(3)).Of("loss")
		n := len(k.Values)
		switch r.IntN(6) {
		case 0: // measured against another
			for i := range k.Values {
				k.Values[i] += 0.01
			}
		case 1:
			k.Values[n-1-r.IntN(min(n, 3))] = r.Float64()
		case 2: // thinned
			k.Values, k.Places = everySecond(k.Values), slices.Clone(k.Places)
			for axis, at := range k.Places {
				k.Places[axis] = everySecond(at)
			}
		default:
			k.Values, k.Places = append(slices.Clip(k.Values), r.Float64()), slices.Clone(k.Places)
			for axis, at := range k.Places {
				if at != nil {
					k.Places[axis] = append(slices.Clip(at), at[len(at)-1]*(0.8+0.4*r.Float64()))
				}
			}
		}
		if r.IntN(20) == 0 {
			press(t, followed, "s")
		}
		follow(followed)
		fresh := newRace(src)
		fresh.smooth = followed.smooth
		m := followed.Snap.Metric("loss")
		got, want := followed.charts[0].plot(m, 50, 12), fresh.charts[0].plot(m, 50, 12)
		for i, g := range followed.Drawn() {
			a, b := followed.charts[0].own(view.Group{g[0]}, got, false), fresh.charts[0].own(view.Group{g[0]}, want, false)
			if got.X == want.X && !(bits(a.line(), b.line()) && bits(a.raw, b.raw)) {
				t.Fatalf("run %d:\ngot  %v\nwant %v", i, a.line(), b.line())
			}
		}
	}
}

func everySecond(v []float64) []float64 {
	var out []float64
	for i, x := range v {
		if i%2 == 0 || len(v) < 8 {
			out = append(out, x)
		}
	}
	return out
}

func bits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}
