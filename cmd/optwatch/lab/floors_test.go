package lab

import (
	"testing"

	"optwatch/train/study"
)

// TestFloorVerdicts plants levels: those of theory pass, levels that do not
// follow the step, or are three times or half as high, do not.
func TestFloorVerdicts(t *testing.T) {
	plan := floorPlan(true)
	const trace = 10.0
	for _, c := range []struct {
		name     string
		of       func(lr float64) float64
		law, rho study.Verdict
	}{
		{"theory", func(lr float64) float64 { return lr * trace / 64 }, study.Holds, study.Holds},
		{"no fall", func(float64) float64 { return 0.06 * trace / 64 }, study.Holds, study.Fails},
		{"half", func(lr float64) float64 { return 1.05 * lr * trace / 128 }, study.Fails, study.Holds},
		{"too high", func(lr float64) float64 { return 3 * lr * trace / 64 }, study.Fails, study.Holds},
	} {
		levels := make([][]float64, len(plan.lrs))
		for i, lr := range plan.lrs {
			levels[i] = []float64{0.98 * c.of(lr), 1.02 * c.of(lr)}
		}
		p := page()
		plan.judge(p, levels, trace)
		claims := p.Study().Claims
		if claims[0].Verdict != c.law || claims[1].Verdict != c.rho {
			t.Errorf("%s: %s %s, %s %s", c.name, claims[0].Measured, claims[0].Verdict, claims[1].Measured, claims[1].Verdict)
		}
	}
}
