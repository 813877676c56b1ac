package lab

import (
	"testing"

	"optwatch/train/study"
)

// TestFloorVerdicts plants levels: those of theory hold, levels that do not
// follow the step, or are three times or half as high, are refuted, and levels
// that scatter so that their quotient could be anything are not resolved.
func TestFloorVerdicts(t *testing.T) {
	plan := floorPlan(true)
	const trace = 10.0
	for _, c := range []struct {
		name     string
		of       func(lr float64) float64
		scatter  float64
		law, rho study.Verdict
	}{
		{"theory", func(lr float64) float64 { return lr * trace / 64 }, 0.02, study.Holds, study.Holds},
		{"no fall", func(float64) float64 { return 0.058 * trace / 64 }, 0.02, study.Holds, study.Refuted},
		{"like η²", func(lr float64) float64 { return 20 * lr * lr * trace / 64 }, 0.02, study.Unresolved, study.Refuted},
		{"half", func(lr float64) float64 { return 1.05 * lr * trace / 128 }, 0.02, study.Refuted, study.Holds},
		{"too high", func(lr float64) float64 { return 3 * lr * trace / 64 }, 0.02, study.Refuted, study.Holds},
		{"scattered", func(lr float64) float64 { return lr * trace / 64 }, 0.5, study.Unresolved, study.Unresolved},
	} {
		levels := make([][]float64, len(plan.lrs))
		for i, lr := range plan.lrs {
			levels[i] = []float64{(1 - c.scatter) * c.of(lr), c.of(lr), (1 + c.scatter) * c.of(lr)}
		}
		p := page()
		plan.judge(p, levels, trace)
		claims := p.Study().Claims
		if claims[0].Verdict != c.law || claims[1].Verdict != c.rho {
			t.Errorf("%s: %s %s, %s %s", c.name, claims[0].Measured, claims[0].Verdict, claims[1].Measured, claims[1].Verdict)
		}
	}
}
