package lab

import (
	"math"
	"testing"

	"optwatch/train/study"
)

// TestShift plants surfaces whose best decay moves in proportion to lrˢ, and
// finds s between the points of the grid.
func TestShift(t *testing.T) {
	g := newDecayGrid(true)
	g.seeds = 2
	for _, c := range []struct {
		shift float64
		want  study.Verdict
	}{{0, study.Holds}, {0.2, study.Holds}, {-1, study.Refuted}, {0.8, study.Refuted}} {
		var surfaces [2]surface
		for which := range surfaces {
			middle := math.Sqrt(g.decays[which][0] * g.decays[which][len(g.decays[which])-1])
			for _, lr := range g.lrs {
				var row [][]float64
				for _, decay := range g.decays[which] {
					away := math.Log(decay / (middle * 1.1 * math.Pow(lr/g.lrs[1], c.shift)))
					row = append(row, []float64{1 + away*away, 1.1 + away*away})
				}
				surfaces[which] = append(surfaces[which], row)
			}
			got, decays := g.shift(which, surfaces[which], meanOf)
			if math.Abs(got-c.shift) > 1e-9 || math.Abs(decays[1]/(1.1*middle)-1) > 1e-9 {
				t.Errorf("shift %g, best %v; want %g, %g in the middle", got, decays, c.shift, 1.1*middle)
			}
		}
		p := page()
		g.judge(p, surfaces)
		for _, claim := range p.Study().Claims {
			if claim.Verdict != c.want {
				t.Errorf("shift %g: %s %s", c.shift, claim.Measured, claim.Verdict)
			}
		}
	}
}
