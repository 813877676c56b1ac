package diagnosis

import "optwatch/train/view"

// Corrected is the variance of an estimator that corrects the gradient of a
// mini-batch of independent draws with those of a snapshot or a table aᵢ,
//
//	g = (1/B) Σ (∇fᵢ(θ) − aᵢ) + ā        E‖g − ∇f‖² = tr Cov(∇fᵢ(θ) − aᵢ)/B
//
// from ‖∇fᵢ‖² and ‖∇fᵢ − aᵢ‖² of some examples, the squared norm of the mean
// of ∇fᵢ − aᵢ over them, and tr Σ of the same examples.
func Corrected(squares, distances []float64, squaredMean, trace float64, batch int) *view.Variance {
	d, q := MeanMoment(distances), MeanMoment(squares)
	own, _ := WithinBatch(len(distances), d.Value, squaredMean)
	return against(trace, Moment{Value: own, Variance: own * own * (relative(d) + relative(q))}, batch)
}

// Recursive is that of an estimate v which carries its errors along, as
// SARAH's does: ‖v − ∇f‖² where it was taken, as SquaredMean has it of the
// distances between v and the mean gradients of four groups of examples.
func Recursive(distance Moment, trace float64, batch int) *view.Variance {
	b := float64(batch)
	return against(trace, Moment{Value: b * max(0, distance.Value), Variance: ofFour * b * b * distance.Variance}, batch)
}

// ofFour makes ± two standard deviations ± 3.18, as Student's t has it for 95 %
// where four groups are all that the deviation is known from.
const ofFour = 2.53

// against holds the variance of an estimator, for one draw, against tr Σ.
func against(trace float64, own Moment, batch int) *view.Variance {
	v := &view.Variance{SGD: trace / float64(batch), Own: own.Value / float64(batch)}
	ratio := Moment{Value: own.Value / trace, Variance: own.Variance / (trace * trace)}
	v.Ratio = ratio.Estimate(varianceWithin)
	// That it is small is known, whatever it is.
	v.Ratio.Resolved = v.Ratio.Resolved || v.Ratio.High < smallRatio
	return v
}

const (
	varianceWithin = 2    // the factor within which the ratio is resolved
	smallRatio     = 0.05 // below which nobody asks for more
)

// relative is the variance of an estimate in units of its square.
func relative(m Moment) float64 {
	if m.Value == 0 {
		return 0
	}
	return m.Variance / (m.Value * m.Value)
}
