package tui

import (
	"math"

	"optwatch/train"
	"optwatch/tui/draw"
)

// metricID is what a chart shows over its x-axis.
type metricID int

const (
	valAccuracy metricID = iota
	trainLoss
	suboptimality
	gradNorm
	testAccuracy
	metricCount
)

// metric says how to read, name and scale a quantity.
type metric struct {
	title  func(*train.Snapshot) string
	value  func(train.Point, baseline) float64
	has    func(*train.Snapshot) bool
	log    bool // on a log axis until told otherwise
	canLog bool
	// interest is the end of the linear axis that matters once the beginning
	// is over: +1 the upper, -1 the lower. The other end leaves out the
	// transient of the first points.
	interest int
	most     float64 // the largest value there can be; 0 where there is none
	// least is the shortest range of a linear axis that is not all noise; nil
	// where any may be shown.
	least func(*train.Snapshot) float64
}

// samplingRange is six standard errors, in percent, of an accuracy near 90 %
// that is measured on some examples.
func samplingRange(examples int) float64 {
	return max(1, 600*math.Sqrt(0.9*0.1/float64(examples)))
}

func titled(s string) func(*train.Snapshot) string {
	return func(*train.Snapshot) string { return s }
}

func always(*train.Snapshot) bool { return true }

// metrics is the table of all metrics, in the order in which m cycles.
var metrics = [metricCount]metric{
	valAccuracy: {
		title: titled("validation accuracy %"), interest: 1, most: 100,
		value: func(p train.Point, _ baseline) float64 { return 100 * p.ValAccuracy },
		has:   func(s *train.Snapshot) bool { return s.Data.Val > 0 && s.Data.Classes != nil },
		least: func(s *train.Snapshot) float64 { return samplingRange(s.Data.Val) },
	},
	trainLoss: {
		title: titled("loss"), canLog: true, interest: -1, has: always,
		value: func(p train.Point, _ baseline) float64 { return p.Loss },
	},
	suboptimality: {
		title: optimumTitle, log: true, canLog: true, interest: -1, has: always,
		value: func(p train.Point, b baseline) float64 { return b.below(p.Loss) },
	},
	gradNorm: {
		title: titled("gradient norm"), log: true, canLog: true, interest: -1,
		value: func(p train.Point, _ baseline) float64 { return p.GradNorm },
		has:   hasGradNorm,
	},
	testAccuracy: {
		title: titled("test accuracy %"), interest: 1, most: 100,
		value: func(p train.Point, _ baseline) float64 { return 100 * p.TestAccuracy },
		has:   func(s *train.Snapshot) bool { return s.Data.Test > 0 && s.Data.Classes != nil },
		least: func(s *train.Snapshot) float64 { return samplingRange(s.Data.Test) },
	},
}

func hasGradNorm(s *train.Snapshot) bool {
	for i := range s.Runs {
		if draw.Known(s.Runs[i].Last.GradNorm) {
			return true
		}
	}
	return false
}

// headline is the metric that a data set is judged by.
func headline(s *train.Snapshot) metricID {
	for _, id := range []metricID{valAccuracy, testAccuracy} {
		if metrics[id].has(s) {
			return id
		}
	}
	return trainLoss
}

// headlineNote says what stands in for a missing validation set.
func headlineNote(s *train.Snapshot, id metricID) string {
	if id == testAccuracy && s.Data.Val == 0 {
		return "no validation set"
	}
	return ""
}

// baseline is what losses are measured against.
type baseline struct {
	value, floor float64
	certified    bool
}

// baselineOf is f* where it is certified, else the best loss seen.
func baselineOf(s *train.Snapshot) baseline {
	o := s.Optimum
	if o.State == train.OptimumCertified {
		return baseline{o.Value, max(o.Bound, 1e-13), true}
	}
	b := baseline{value: math.Inf(1)}
	if o.State != train.OptimumUnknown && draw.Known(o.Value) {
		b.value = o.Value
	}
	for i := range s.Runs {
		for _, p := range s.Runs[i].Curve {
			if p.Loss < b.value {
				b.value = p.Loss
			}
		}
	}
	return b
}

// below is f − f*. At the certificate's own accuracy it ends; the best loss
// seen has no distance to itself.
func (b baseline) below(loss float64) float64 {
	d := loss - b.value
	switch {
	case b.certified && d <= b.floor:
		return b.floor
	case !draw.Known(d), d <= 0:
		return math.NaN()
	}
	return d
}

// optimumTitle names f − f* by what is known of f*.
func optimumTitle(s *train.Snapshot) string {
	switch s.Optimum.State {
	case train.OptimumCertified:
		return "f − f*"
	case train.OptimumBestKnown:
		return "f − best known"
	}
	return "f − best so far"
}

// xAxis is what the charts are drawn over.
type xAxis int

const (
	xEvals xAxis = iota
	xEpochs
	xElapsed
	xSteps
	xRounds // of a federation
	xBytes  // sent by it
	xAxisCount
)

var xNames = [xAxisCount]string{"gradient evaluations", "epochs", "wall time, s", "steps", "rounds", "bytes sent"}

// offered says whether any run has a place on the axis.
func (a xAxis) offered(s *train.Snapshot) bool {
	if a < xRounds {
		return true
	}
	for i := range s.Runs {
		if s.Runs[i].Federated != nil {
			return true
		}
	}
	return false
}

// takes says whether a run has a place on the axis: a centralised one takes no
// rounds and sends nothing, which is not the same as being at 0.
func (a xAxis) takes(r *train.RunView) bool { return a < xRounds || r.Federated != nil }

// of is the place of a run's point on the axis, with n training examples; NaN
// where it has none.
func (a xAxis) of(r *train.RunView, p train.Point, n int) float64 {
	if !a.takes(r) {
		return math.NaN()
	}
	switch a {
	case xEpochs:
		return float64(p.Evals) / float64(max(n, 1))
	case xElapsed:
		return p.Elapsed
	case xSteps:
		return float64(p.Step)
	case xRounds:
		return float64(p.Rounds)
	case xBytes:
		return float64(p.Bytes)
	}
	return float64(p.Evals)
}
