package train

import (
	"fmt"
	"math"

	"optwatch/train/view"
)

// The metrics of an experiment.
const (
	valAccuracy   = "val_accuracy"
	trainLoss     = "loss"
	suboptimality = "suboptimality"
	gradNorm      = "grad_norm"
	testAccuracy  = "test_accuracy"
	miniBatchLoss = "mini_batch_loss"
	classAccuracy = "class_accuracy/" // and the name of the class
)

// pointMetric is a metric that the points of a curve have.
type pointMetric struct {
	view.Metric
	of      func(p Point, b baseline) float64
	over    bool                            // its values change with the baseline
	declare func(m *view.Metric, s *Report) // says what is not the same in all experiments; nil for nothing
}

// pointMetrics are in the order in which they are shown.
var pointMetrics = []pointMetric{
	{
		Metric: view.Metric{Key: valAccuracy, Title: "validation accuracy %", Name: "val acc", Format: view.Share, Better: 1},
		of:     func(p Point, _ baseline) float64 { return p.ValAccuracy }, declare: declareValAccuracy,
	},
	{
		Metric: view.Metric{Key: trainLoss, Title: "loss", Format: view.Digits, Scale: view.LinearFirst, Better: -1},
		of:     func(p Point, _ baseline) float64 { return p.Loss },
	},
	{
		Metric: view.Metric{Key: suboptimality, Title: "f − best so far", Name: "f − best", Format: view.Scientific, Scale: view.LogFirst, Better: -1, Provisional: true},
		of:     func(p Point, b baseline) float64 { return b.above(p.Loss) }, over: true, declare: declareSuboptimality,
	},
	{
		Metric: view.Metric{Key: gradNorm, Title: "gradient norm", Name: "grad norm", Format: view.Scientific, Scale: view.LogFirst, Better: -1},
		of:     func(p Point, _ baseline) float64 { return p.GradNorm }, declare: declareGradNorm,
	},
	{
		Metric: view.Metric{Key: testAccuracy, Title: "test accuracy %", Name: "test acc", Format: view.Share, Better: 1},
		of:     func(p Point, _ baseline) float64 { return p.TestAccuracy }, declare: declareTestAccuracy,
	},
}

// metrics are what is known of the runs, the metrics aside that there can be
// nothing of.
func (s *Report) metrics() []view.Metric {
	var all []view.Metric
	for _, p := range pointMetrics {
		m := p.Metric
		if p.declare != nil {
			p.declare(&m, s)
		}
		all = append(all, m)
	}
	all = append(all, view.Metric{
		Key: miniBatchLoss, Title: "mini-batch loss", Format: view.Digits, Scale: view.LinearFirst, Better: -1, Behind: trainLoss,
	})
	if s.any(func(r *RunReport) bool { return r.ClassAccuracy != nil }) {
		for _, name := range s.Data.Classes {
			all = append(all, view.Metric{Key: classAccuracy + name, Title: "accuracy of " + name, Name: name, Format: view.Share, Better: 1, Aside: true})
		}
	}
	return all
}

func (s *Report) any(is func(r *RunReport) bool) bool {
	for i := range s.Runs {
		if is(&s.Runs[i]) {
			return true
		}
	}
	return false
}

func declareValAccuracy(m *view.Metric, s *Report) {
	s.declareAccuracy(m, s.Data.Val, s.Optimum.ValAccuracy)
}

func declareTestAccuracy(m *view.Metric, s *Report) {
	s.declareAccuracy(m, s.Data.Test, s.Optimum.TestAccuracy)
	if s.Data.Val == 0 {
		m.Note = "no validation set"
	}
}

// declareAccuracy is for an accuracy on so many examples. Its shortest range is
// six standard errors of one near 90 %.
func (s *Report) declareAccuracy(m *view.Metric, examples int, optimum float64) {
	m.Least = max(1, 600*math.Sqrt(0.9*0.1/float64(max(examples, 1)))) / 100
	m.Aside = examples == 0 || s.Data.Classes == nil
	if !math.IsNaN(optimum) {
		m.Lines = []view.Line{{Name: "optimum", At: optimum}}
	}
}

func declareSuboptimality(m *view.Metric, s *Report) {
	switch o := s.Optimum; o.State {
	case OptimumCertified:
		m.Title, m.Name, m.Provisional, m.Floor = "f − f*", "f − f*", false, max(o.Bound, 1e-13)
	case OptimumBestKnown:
		m.Title = "f − best known"
	case OptimumSearching:
		m.Progress = view.Progress{Of: "certifying f*", Done: int64(o.Evaluations), Unit: "gradients"}
		if o.Evaluations > 0 && finite(o.Reached) {
			m.Progress.Known = view.ShortExponents(fmt.Sprintf("f − f* ≤ %.0e", o.Reached))
		}
	}
}

// declareGradNorm puts the norm aside until a run knows it.
func declareGradNorm(m *view.Metric, s *Report) {
	m.Aside = !s.any(func(r *RunReport) bool { return finite(r.Last.GradNorm) })
}

// series are those of a run, of its curve and its trace by columns.
func (s *Report) series(r *RunReport, c *columns) []view.Series {
	at := c.at.view()
	out := make([]view.Series, 0, len(pointMetrics)+1+len(r.ClassAccuracy))
	for i, m := range pointMetrics {
		out = append(out, view.Series{Metric: m.Key, Places: at, Values: clipped(c.values[i]), Last: m.of(r.Last, c.over)})
	}
	if len(c.mean) > 0 {
		out = append(out, view.Series{
			Metric: miniBatchLoss, Places: c.traceAt.view(), Values: clipped(c.mean), Low: clipped(c.low), High: clipped(c.top),
			Last: c.mean[len(c.mean)-1],
		})
	}
	for i, share := range r.ClassAccuracy {
		out = append(out, view.Series{Metric: classAccuracy + s.Data.Classes[i], Last: share})
	}
	return out
}
