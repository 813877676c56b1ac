package lab

import (
	"math"
	"strings"
	"testing"
	"time"
)

// bert is BERT-base with the batch of eight devices.
func bert() Workload {
	return Workload{
		Params: 110e6, Batch: 256, LR: 2e-4, Warmup: 10_000, Steps: 1_000_001, ToBatch: 2048, Devices: 8,
		Bandwidth: 10e9, StepTime: 77 * time.Millisecond, GradientBytes: 4,
	}
}

// TestPlan works a plan out by hand: k = 8; 16·110e6 = 1.76e9 bytes;
// 2·7/8·440e6 = 770e6 bytes sent, 77 ms at 10 GB/s, as long as the step itself,
// so that 8 times fewer steps of twice the time are 4 times faster.
func TestPlan(t *testing.T) {
	p := bert().Plan()
	for _, v := range []struct {
		what      string
		got, want float64
	}{
		{"k", p.Factor, 8},
		{"the learning rate", p.LR, 1.6e-3},
		{"its square-root rule", p.SqrtLR, 2e-4 * 2 * math.Sqrt2},
		{"warm-up steps", p.Warmup, 1250},
		{"steps", p.Steps, 125_001},
		{"Adam's moments", p.State.Adam(), 880e6},
		{"all bytes", p.State.Total(), 1.76e9},
		{"bytes sent", p.Sent, 770e6},
		{"the all-reduce", p.Reduce, 0.077},
		{"computing", p.Compute, 0.077},
		{"a step before", p.Before, 0.077},
		{"a step after", p.After, 0.154},
		{"the speed-up", p.SpeedUp, 4},
		{"the step for half of k", p.Halfway, 0.077},
	} {
		if math.Abs(v.got-v.want) > 1e-12*v.want {
			t.Errorf("%s: %.15g, want %.15g", v.what, v.got, v.want)
		}
	}
	if !p.Balanced {
		t.Error("2048 on 8 devices are 256 each")
	}
}

// TestPlanLatency adds 14 messages of 1 ms, halves the bytes and doubles what
// each device computes: 38.5 + 14 ms beside 154 ms, so the speed-up is
// 8·77/206.5; with as many examples on one device alone there is nothing to send.
func TestPlanLatency(t *testing.T) {
	w := bert()
	w.Latency, w.GradientBytes, w.ToBatch = time.Millisecond, 2, 4096
	p := w.Plan()
	if want := 0.0385 + 0.014; math.Abs(p.Reduce-want) > 1e-12 {
		t.Errorf("the all-reduce takes %g s, want %g", p.Reduce, want)
	}
	if want := 16 * 77 / 206.5; math.Abs(p.SpeedUp-want) > 1e-12 || p.Halfway != 0 || p.Balanced {
		t.Errorf("the speed-up is %g (halfway %g, balanced %v), want %g", p.SpeedUp, p.Halfway, p.Balanced, want)
	}
	w = bert()
	w.Devices = 1
	if p = w.Plan(); p.Sent != 0 || p.Reduce != 0 || p.SpeedUp != 1 {
		t.Errorf("one device sends %g bytes in %g s, speed-up %g", p.Sent, p.Reduce, p.SpeedUp)
	}
}

func TestWorkloadCheck(t *testing.T) {
	if err := bert().Check(); err != nil {
		t.Error(err)
	}
	for flag, spoil := range map[string]func(w *Workload){
		"params":         func(w *Workload) { w.Params = 0 },
		"batch":          func(w *Workload) { w.Batch = 2.5 },
		"to-batch":       func(w *Workload) { w.ToBatch = math.NaN() },
		"devices":        func(w *Workload) { w.Devices = -8 },
		"bandwidth":      func(w *Workload) { w.Bandwidth = math.Inf(1) },
		"lr":             func(w *Workload) { w.LR = 0 },
		"warmup":         func(w *Workload) { w.Warmup = -1 },
		"steps":          func(w *Workload) { w.Steps = 1e16 },
		"latency":        func(w *Workload) { w.Latency = -1 },
		"step-time":      func(w *Workload) { w.StepTime = -1 },
		"gradient-bytes": func(w *Workload) { w.GradientBytes = 0 },
	} {
		w := bert()
		spoil(&w)
		if err := w.Check(); err == nil || !strings.HasPrefix(err.Error(), "--"+flag+" ") {
			t.Errorf("%s: %v", flag, err)
		}
	}
}
