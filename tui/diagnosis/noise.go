package diagnosis

import (
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// noiseReadings are those of the gradients of single examples. What nobody can
// tell from noise is said in words.
func noiseReadings(n *view.Noise, c *view.Curvature) []reading {
	norm := estimated("gradient norm", n.GradNorm, 5, "length of the gradient of f, regulariser included: 0 at a minimum")
	simple := estimated("B_simple", n.Simple, 1, "tr Σ beside the gradient's square, in examples: a larger batch averages little more than noise away")
	switch {
	case n.Dominated:
		norm.value, norm.remarks = "lost in the noise", []string{"at most " + figure(n.GradNorm.High, 2)}
		simple.value, simple.remarks = "noise-dominated", []string{"above " + figure(n.Simple.Low, 2)}
	case n.Simple.Resolved && n.Batch > 0:
		simple.remarks = batchRemarks(n)
		simple.bad = n.Times >= 8
	}
	out := []reading{norm, estimated("noise, tr Σ", n.Trace, 7, "mean square distance of one example's gradient from the mean of all"), simple}
	if draw.Known(n.Floor) {
		floor := reading{label: noiseFloor, value: figure(n.Floor, 2), drop: 9, remarks: []string{"f − f* where this stalls", "where f − f* stalls"}, about: "f − f* at which this lr and batch are expected to stall: lr · tr Σ / (4 · batch)"}
		switch {
		case !n.Trace.Resolved:
			floor.value = unresolved
		case c != nil && c.Times >= 1:
			floor.value, floor.remarks = draw.Unknown, []string{"nothing stalls above the limit", "above the limit"}
		}
		out = append(out, floor)
	}
	return out
}

// batchRemarks hold the run's batch against B_simple.
func batchRemarks(n *view.Noise) []string {
	text := "near it"
	switch {
	case n.Times >= 1.5:
		text = figure(n.Times, 2) + " × above"
	case n.Times > 0 && n.Times < 1/1.5:
		text = figure(1/n.Times, 2) + " × below"
	}
	batch := "batch " + strconv.Itoa(n.Batch)
	return []string{"your " + batch + " is " + text, batch + " is " + text, text}
}
