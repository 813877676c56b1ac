package lab

import (
	"fmt"
	"math"
	"time"
)

// Workload is a model that one device trains with Adam, and the devices that are
// to train it with a larger batch.
type Workload struct {
	Params        float64 // P, of the model
	Batch         float64 // B, of the one device
	LR            float64
	Warmup        float64 // steps of it; 0 for none
	Steps         float64 // of the whole training; 0 if not known
	ToBatch       float64 // B′, of all devices together
	Devices       float64 // N
	Bandwidth     float64 // bytes a second that each device sends, and receives at the same time
	Latency       time.Duration
	StepTime      time.Duration // that one device computes for B examples; 0 if not known
	GradientBytes float64       // of a number on the way: 4, or 2 for half precision
}

// Plan is what follows for a larger batch.
type Plan struct {
	Factor   float64 `json:"factor"`
	LR       float64 `json:"lr"`
	SqrtLR   float64 `json:"lr_square_root"`
	Warmup   float64 `json:"warmup_steps"`
	Steps    float64 `json:"steps"` // 0 if not known
	State    Bytes   `json:"bytes"`
	Sent     float64 `json:"all_reduce_bytes"` // by each device, a step
	Reduce   float64 `json:"all_reduce_seconds"`
	Compute  float64 `json:"compute_seconds"` // a step on each device; 0 if not known, as are those below
	Before   float64 `json:"step_seconds_before"`
	After    float64 `json:"step_seconds_after"`
	SpeedUp  float64 `json:"speed_up"`
	Halfway  float64 `json:"step_seconds_for_half"` // of one device for B, with which the speed-up is half the factor
	Balanced bool    `json:"batch_a_device_kept"`   // each device has as many examples as the one had
}

// Bytes are what mixed-precision Adam keeps, all in fp32.
type Bytes struct {
	Master    float64 `json:"master_weights"`
	First     float64 `json:"first_moment"`
	Second    float64 `json:"second_moment"`
	Gradients float64 `json:"gradients"`
}

// Adam is what the optimizer itself keeps from step to step: both moments.
func (b Bytes) Adam() float64 { return b.First + b.Second }

// Total is all of them.
func (b Bytes) Total() float64 { return b.Master + b.First + b.Second + b.Gradients }

// Check says what is wrong with a workload.
func (w Workload) Check() error {
	for _, v := range []struct {
		flag        string
		value, from float64
	}{
		{"params", w.Params, 1},
		{"batch", w.Batch, 1},
		{"to-batch", w.ToBatch, 1},
		{"devices", w.Devices, 1},
		{"gradient-bytes", w.GradientBytes, 1},
		{"warmup", w.Warmup, 0},
		{"steps", w.Steps, 0},
	} {
		if !(v.value >= v.from) || v.value > 1e15 || v.value != math.Trunc(v.value) {
			return fmt.Errorf("--%s must be a whole number of at least %g, got %g", v.flag, v.from, v.value)
		}
	}
	switch {
	case !(w.LR > 0) || math.IsInf(w.LR, 0):
		return fmt.Errorf("--lr must be above 0, got %g", w.LR)
	case !(w.Bandwidth > 0) || math.IsInf(w.Bandwidth, 0):
		return fmt.Errorf("--bandwidth must be above 0, got %g", w.Bandwidth/1e9)
	case w.Latency < 0:
		return fmt.Errorf("--latency must be at least 0, got %s", w.Latency)
	case w.StepTime < 0:
		return fmt.Errorf("--step-time must be above 0, got %s", w.StepTime)
	}
	return nil
}

// Plan works out what a workload that has passed Check comes to, with k = B′/B:
//
//	learning rate   k·η (Goyal et al. 2017); for Adam √k·η is argued for too (Malladi et al. 2022)
//	steps, warm-up  1/k of them: as many examples as before
//	all-reduce      2(N−1)/N·bytes/bandwidth + 2(N−1)·latency, in a ring (Patarasu and Yuan 2009)
//	step            the step of one device, times B′/(N·B), and the all-reduce after it
//	speed-up        k·(step before)/(step after)
//
// Nothing of the all-reduce is hidden behind computing, which is the worst case.
func (w Workload) Plan() Plan {
	k := w.ToBatch / w.Batch
	p := Plan{
		Factor: k, LR: k * w.LR, SqrtLR: math.Sqrt(k) * w.LR, Warmup: math.Ceil(w.Warmup / k), Steps: math.Ceil(w.Steps / k),
		State: Bytes{Master: 4 * w.Params, First: 4 * w.Params, Second: 4 * w.Params, Gradients: 4 * w.Params},
		Sent:  2 * (w.Devices - 1) / w.Devices * w.GradientBytes * w.Params,
	}
	load := w.ToBatch / (w.Devices * w.Batch) // of the one device's examples that each has
	p.Balanced = load == 1
	p.Reduce = p.Sent/w.Bandwidth + 2*(w.Devices-1)*w.Latency.Seconds()
	if load < 2 { // k·t/(load·t + r) = k/2
		p.Halfway = p.Reduce / (2 - load)
	}
	if w.StepTime > 0 {
		p.Before = w.StepTime.Seconds()
		p.Compute = load * p.Before
		p.After = p.Compute + p.Reduce
		p.SpeedUp = k * p.Before / p.After
	}
	return p
}
