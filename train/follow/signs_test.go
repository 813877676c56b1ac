package follow

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// told are the signs that a loss shows, in their order.
func told(loss func(i int) float64, n int) string {
	var s signs
	var out []string
	for i := range n {
		if sign, _ := s.see(loss(i), float64(i)); sign != "" {
			out = append(out, sign)
		}
	}
	return strings.Join(out, " ")
}

// A loss that only falls shows nothing, however noisy; what else it does is told
// once. The noise is of ten seeds.
func TestSigns(t *testing.T) {
	const n = 3000
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 1))
		noise := make([]float64, n)
		for i := range noise {
			noise[i] = rng.NormFloat64()
		}
		falling := func(i int) float64 { return 3*math.Pow(float64(i+10), -0.3) + 0.05*noise[i] }
		for name, c := range map[string]struct {
			loss func(i int) float64
			want string
		}{
			"falls":               {falling, ""},
			"falls without noise": {func(i int) float64 { return 2 * math.Exp(-float64(i)/1000) }, ""},
			"falls and lies flat": {func(i int) float64 { return 1 + 2*math.Exp(-float64(i)/40) + 0.05*noise[i] }, signPlateau},
			"is NaN from a step on": {func(i int) float64 {
				if i > 500 {
					return math.NaN()
				}
				return falling(i)
			}, signNaN},
			"spikes once": {func(i int) float64 {
				if i == 600 {
					return 20
				}
				return falling(i)
			}, signSpike},
			"rises and stays up": {func(i int) float64 { return falling(i) + 4/(1+math.Exp(float64(800-i)/50)) }, signDiverged},
		} {
			got := told(c.loss, n)
			if name == "rises and stays up" { // and is flat there in the end
				got = strings.TrimSuffix(got, " "+signPlateau)
			}
			if got != c.want {
				t.Errorf("seed %d: a loss that %s shows %q, want %q", seed, name, got, c.want)
			}
		}
	}
}

// The noise is that about the curve.
func TestNoise(t *testing.T) {
	var s signs
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 64 {
		s.see(5+0.1*rng.NormFloat64(), float64(i))
	}
	if got := s.noise(); got < 0.06 || got > 0.14 {
		t.Errorf("noise with a deviation of 0.1 reads as %v", got)
	}
}

func TestSignsAreMarksAndAlerts(t *testing.T) {
	b := newBench(t)
	var lines []string
	for i := range 20 {
		lines = append(lines, fmt.Sprint(i, " ", b.now.Unix(), " loss ", 5-float64(i)/10))
	}
	b.write("a.plain", append(lines, fmt.Sprint("20 ", b.now.Unix(), " loss NaN"))...)
	r := b.run(b.look(), "a.plain")
	if len(r.Marks) != 1 || r.Marks[0].Text != "loss is NaN at step 20" || r.Marks[0].Metric != "loss" {
		t.Errorf("the marks are %+v", r.Marks)
	}
	if len(b.alerts) != 1 || b.alerts[0].Kind != signNaN || b.alerts[0].Step != 20 {
		t.Errorf("the alerts are %+v", b.alerts)
	}
}
