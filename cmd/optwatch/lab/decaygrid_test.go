package lab

import (
	"math"
	"testing"

	"optwatch/train/study"
)

// TestShift plants surfaces whose best decay moves in proportion to lrˢ, and
// finds s between the points of the grid.
func TestShift(t *testing.T) {
	g := newDecayGrid(true, assigned.Model)
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

// bowls are surfaces whose best decays move in proportion to lrˢ, with an s for
// L2 and one for AdamW, each a little higher for every second seed.
func bowls(g decayGrid, shifts [2]float64, seeds func(seed int) float64) [2]surface {
	var out [2]surface
	for which := range out {
		middle := math.Sqrt(g.decays[which][0] * g.decays[which][len(g.decays[which])-1])
		for _, lr := range g.lrs {
			var row [][]float64
			for _, decay := range g.decays[which] {
				var cell []float64
				for seed := range g.seeds {
					away := math.Log(decay / (middle * math.Pow(lr/g.lrs[1], shifts[which]+seeds(seed))))
					cell = append(cell, 1+away*away)
				}
				row = append(row, cell)
			}
			out[which] = append(out[which], row)
		}
	}
	return out
}

// TestShiftOnNet judges whether AdamW's best decay moves less: it does, it moves
// more, seeds do not agree, and it is at the edge of the grid, where nothing is
// known however well seeds agree.
func TestShiftOnNet(t *testing.T) {
	alike := func(int) float64 { return 0 }
	for _, c := range []struct {
		name   string
		shifts [2]float64
		seeds  func(int) float64
		want   study.Verdict
	}{
		{"less", [2]float64{-0.8, 0.1}, alike, study.Holds},
		{"more", [2]float64{0.1, -0.8}, alike, study.Refuted},
		{"seeds differ", [2]float64{-0.3, 0.2}, func(seed int) float64 { return 0.4 * float64(seed-1) }, study.Unresolved},
		{"at the edge", [2]float64{3, 0}, alike, study.Unresolved},
	} {
		g := newDecayGrid(false, netModel)
		g.seeds = 3
		p := page()
		g.judge(p, bowls(g, c.shifts, c.seeds))
		if got := p.Study().Claims[0]; got.Verdict != c.want || got.RefutedBy == "" {
			t.Errorf("%s: %s is %s, want %s", c.name, got.Measured, got.Verdict, c.want)
		}
	}
	g := newDecayGrid(false, assigned.Model)
	p := page()
	g.judge(p, bowls(g, [2]float64{3, 0}, alike))
	if got := p.Study().Claims; got[0].Verdict != study.Unresolved || got[1].Verdict != study.Holds {
		t.Errorf("at the edge of the grid: %+v", got)
	}
}
