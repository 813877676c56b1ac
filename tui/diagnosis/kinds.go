package diagnosis

import (
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// curvatureReadings are the sharpest curvature, and the learning rate beside the
// limit that follows from it.
func curvatureReadings(c *view.Curvature) []reading {
	lr := reading{label: "lr", value: draw.Number(c.LR, 3), about: "a step above the limit overshoots on the quadratic that f is nearby"}
	law := draw.Clean(c.Law)
	switch {
	case law == "":
		lr.remarks = []string{"no limit is known for " + draw.Clean(c.Rule), "no known limit"}
	case !c.L.Resolved || !draw.Known(c.Times):
		lr.remarks = []string{"its limit " + law + " is not resolved yet", "limit " + law + " not resolved yet", "limit unknown yet"}
	default:
		lr.share, lr.bad = c.Times, c.Times > 1
		switch {
		case c.Times > 1:
			lr.value = figure(c.Times, 2) + " × the limit"
		case c.Times >= 0.01:
			lr.value = figure(c.Times, 2) + " of the limit"
		case c.Times >= 0.001:
			lr.value = figure(100*c.Times, 1) + " % of the limit"
		default: // its digits would push the remark out of its column
			lr.value = "≈ 0 of the limit"
		}
		limit := law + " = " + draw.Number(c.Limit, 2)
		lr.remarks = []string{draw.Number(c.LR, 3) + " of " + limit, limit} // as the standings and advice have them
	}
	return []reading{estimated("curvature, L", c.L, 6, "the sharpest curvature of f here, from a power iteration along the path"), lr}
}

// varianceReading is how much noise the estimator leaves, beside a mini-batch.
func varianceReading(s *view.Variance) reading {
	q := estimated("variance", s.Ratio, 2, "of the estimated gradient, beside that of a mini-batch of the same size")
	if s.Ratio.Resolved {
		q.value = figure(s.Ratio.Value, 2) + " × SGD's"
		q.remarks = []string{figure(s.Own, 2) + " beside " + figure(s.SGD, 2) + " of a mini-batch", figure(s.Own, 2) + " beside " + figure(s.SGD, 2)}
		q.bad = s.Ratio.Low > 1
	}
	return q
}

// snapshotReading is how old what steps are corrected with is.
func snapshotReading(s *view.SnapshotAge) reading {
	return reading{
		label: "snapshot", drop: 3, value: draw.Grouped(int64(s.Age)) + " of " + draw.Grouped(int64(s.Every)),
		remarks: []string{"steps, " + figure(s.Passes, 2) + " passes old", figure(s.Passes, 2) + " passes old"}, about: "how long ago the full gradient was taken that steps are corrected with",
	}
}

// flooredReading is the share of coordinates at the floor of Adam's kin.
func flooredReading(share float64) reading {
	return reading{
		label: "at the ε floor", drop: 4, value: draw.Percent(share), remarks: []string{"of the coordinates"},
		about: "where √v is at most ε, the step is no longer divided by the gradient's size",
	}
}

// updateReading is the length of a step beside that of the parameters.
func updateReading(ratio float64) reading {
	return reading{
		label: "update / weight", drop: 8, value: figure(ratio, 2), remarks: []string{"a step's length beside θ's", "a step beside θ"},
		about: "about 1e-3 in many healthy runs",
	}
}

// clientReadings are what the updates of a round have in common.
func clientReadings(c *view.Agreement) []reading {
	lowest := ""
	if draw.Known(c.Lowest) {
		lowest = "; least c" + strconv.Itoa(c.Client) + ", " + figure(c.Lowest, 2)
	}
	return []reading{
		{label: "drift", drop: 3, value: figure(c.Drift, 2), remarks: []string{"round " + draw.Grouped(int64(c.Round))}, about: "mean length of a client's update beside that of θ"},
		{label: "agreement", drop: 1, value: figure(c.Agreement, 2), remarks: []string{"mean cosine of " + draw.Grouped(int64(c.Count)) + " updates" + lowest, "mean cosine of updates", "mean cosine"}, about: "of two updates: 1 they go the same way, 0 they have nothing in common"},
		{label: "with their mean", drop: 6, value: figure(c.Alignment, 2), remarks: []string{"mean cosine"}, about: "of an update and the average that the server takes: 1 they go the same way"},
		{label: "clients' loss", drop: 2, value: draw.Precise(c.Local), remarks: []string{"on their own examples; the model has " + draw.Precise(c.Global) + " on all", "the model has " + draw.Precise(c.Global), "model: " + draw.Precise(c.Global)}, about: "of their last local epoch: far below the model's, they fit what the others do not have"},
	}
}

// plateauReading is the probability that the loss still falls.
func plateauReading(p view.Plateau) reading {
	q := reading{label: "loss falls", drop: 2, about: "probability that it still does, from the slope of a line through the latter two thirds of its points", value: "P = " + strconv.FormatFloat(100*p.Falling, 'f', 0, 64) + " %", remarks: []string{
		figure(p.Slope, 2) + " a pass, over " + figure(p.Passes, 2) + " passes", figure(p.Slope, 2) + " a pass",
	}}
	switch {
	case !draw.Known(p.Falling):
		q.value, q.remarks = draw.Unknown, []string{"too few points yet"}
	case p.Falling > 0.99:
		q.value = "P > 99 %"
	case p.Falling < 0.01:
		q.value, q.bad = "P < 1 %", true
	}
	return q
}
