package diagnosis

import (
	"math"

	"optwatch/train/view"
)

// NoiseScale averages what batches say of tr Σ and of ‖∇f‖², each by itself:
// the mean of quotients would be of nothing.
type NoiseScale struct {
	Trace, Square Average
}

// Add takes a batch of some examples.
func (n *NoiseScale) Add(trace, square Moment, examples int) {
	n.Trace.Add(trace, float64(examples))
	n.Square.Add(square, float64(examples))
}

const (
	// simpleWithin is the factor within which B_simple is resolved.
	simpleWithin = 3
	// traceWithin is that of tr Σ.
	traceWithin = 1.5
	// asManyAsShould is how many probes decide that ‖∇f‖² is lost in the noise
	// and not only not resolved yet.
	asManyAsShould = 2
)

// Noise is what the averages say for a run with some batch, 0 for none.
func (n *NoiseScale) Noise(batch int) *view.Noise {
	v := &view.Noise{Batch: batch, Times: math.NaN(), Floor: math.NaN()}
	trace, square := n.Trace.Moment(), n.Square.Moment()
	v.Trace = trace.Estimate(traceWithin)
	low, high := square.interval()
	high = max(high, high-square.Value) // ‖∇f‖² is not below 0, whatever its estimate
	v.Dominated = low <= 0 && n.Square.Probes >= asManyAsShould && v.Trace.Low > 0
	v.GradNorm = view.Estimate{Value: math.Sqrt(max(0, square.Value)), Low: math.Sqrt(max(0, low)), High: math.Sqrt(high), Resolved: low > 0}
	v.Simple = view.Estimate{Value: trace.Value / square.Value, Low: v.Trace.Low / high, High: math.Inf(1)}
	if low > 0 {
		v.Simple.High = v.Trace.High / low
	}
	switch {
	case math.IsNaN(trace.Value):
		v.Simple = view.UnknownEstimate()
	case v.Dominated:
		v.GradNorm.Value, v.GradNorm.Resolved = 0, true
		v.Simple.Value, v.Simple.Resolved = math.Inf(1), true
	case !(square.Value > 0): // not yet: another batch may bring it above 0
		v.Simple.Value = math.NaN()
	default:
		v.Simple.Resolved = v.Simple.High <= simpleWithin*v.Simple.Value && v.Simple.Low*simpleWithin >= v.Simple.Value
	}
	if batch > 0 {
		v.Times = float64(batch) / v.Simple.Value
	}
	return v
}
