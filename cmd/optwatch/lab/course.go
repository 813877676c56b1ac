package lab

import (
	"fmt"
	"math/rand/v2"
	"sync"

	"optwatch/optimizers"
	"optwatch/train/study"
)

// course is a schedule that flocks walk by.
type course struct {
	name     string
	schedule optimizers.Schedule
	lr       float64
	batch    int
	at       []int // where to look
	flocks   int
}

func (c course) work() float64 { return float64(c.flocks * c.at[len(c.at)-1] * (1 + c.batch)) }

// courses are the constant steps, α₀/√t, and 2/(μ(t+1)).
func courses(quick bool) []course {
	var out []course
	for _, c := range []struct {
		lr    float64
		batch int
	}{{0.8, 1}, {0.4, 1}, {0.2, 1}, {0.1, 1}, {0.8, 4}} {
		at := append(spaced(1, 100, 1.4), evenly(settled, 2000, 50)...)
		out = append(out, course{fmt.Sprintf("η = %g, B = %d", c.lr, c.batch), optimizers.Constant{}, c.lr, c.batch, at, shorter(quick, 32, 8)})
	}
	return append(
		out,
		course{"α₀/√t", optimizers.InvSqrt{}, 1, 1, spaced(100, shorter(quick, 30_000, 5000), 1.5), 24},
		course{"2/(μ(t+1))", optimizers.Strong{T0: 1}, 1 / quadratic.mu, 1, spaced(1, shorter(quick, 4000, 1000), 1.6), shorter(quick, 64, 32)},
	)
}

// settled is how many steps the slowest of the constant ones, for which
// (1−ημ)²ᵗ = e⁻⁵ᵗᐟ⁴⁹ or so, need to forget x₁ but for one part in 10¹⁷.
const settled = 400

// constants is how many of the courses have a constant step.
const constants = 5

// walk sends the flocks of a course out, each with a stream of its own.
func (s *session) walk(c course, stream uint64, work *workload) ([]flock, error) {
	out := make([]flock, c.flocks)
	var mu sync.Mutex
	err := s.Each(c.flocks, func(i int) error {
		f, err := quadratic.walk(s.Context(), c.schedule, c.lr, c.batch, c.at, rand.New(rand.NewPCG(s.Seed, stream<<32|uint64(i))))
		mu.Lock()
		defer mu.Unlock()
		out[i] = f
		work.add(c.work() / float64(c.flocks))
		return err
	})
	return out, err
}

// pooled are the means over flocks at each place.
func pooled(flocks []flock, pick func(flock) []float64) []estimate {
	out := make([]estimate, len(pick(flocks[0])))
	samples := make([]float64, len(flocks))
	for i := range out {
		for j, f := range flocks {
			samples[j] = pick(f)[i]
		}
		out[i] = average(samples)
	}
	return out
}

func last(f flock) []float64     { return f.last }
func averaged(f flock) []float64 { return f.averaged }

// banded is a series with its 95 % intervals.
func banded(name string, slot int, at []int, values []estimate) study.Series {
	out := study.Series{Name: name, Slot: slot, X: floats(at)}
	for _, e := range values {
		out.Y = append(out.Y, e.value)
		out.Lo = append(out.Lo, e.value-e.half)
		out.Hi = append(out.Hi, e.value+e.half)
	}
	return out
}
