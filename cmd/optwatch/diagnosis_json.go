package main

import (
	"math"

	"optwatch/train/view"
)

// resultDiagnosis is what the latest probe of a run has found. Parts that do
// not apply to its method are null.
type resultDiagnosis struct {
	Step        int64            `json:"step"`
	Evals       int64            `json:"evals"`
	Probes      int              `json:"probes"`
	ProbeEvals  int64            `json:"probe_evals"`   // not among the run's
	ProbeTime   float64          `json:"probe_seconds"` // in plot_seconds
	Noise       *resultNoise     `json:"noise"`
	Curvature   *resultCurvature `json:"curvature"`
	Variance    *resultVariance  `json:"variance"`
	Snapshot    *resultSnapshot  `json:"snapshot"`
	Clients     *resultAgreement `json:"clients"`
	Falling     number           `json:"loss_falling"` // P(slope < 0)
	Slope       number           `json:"loss_slope"`   // a pass
	UpdateRatio number           `json:"update_ratio"`
	Floored     number           `json:"floored"`
	Conditions  []string         `json:"conditions"`
	Advice      string           `json:"advice"`
}

type resultEstimate struct {
	Value    number `json:"value"`
	Low      number `json:"low"`
	High     number `json:"high"`
	Resolved bool   `json:"resolved"`
}

type resultNoise struct {
	GradNorm  resultEstimate `json:"grad_norm"`
	Trace     resultEstimate `json:"trace"`
	Simple    resultEstimate `json:"b_simple"`
	Dominated bool           `json:"dominated"`
	Times     number         `json:"batch_over_b_simple"`
	Floor     number         `json:"floor"`
}

type resultCurvature struct {
	L     resultEstimate `json:"l"`
	LR    float64        `json:"lr"`
	Limit number         `json:"limit"`
	Times number         `json:"lr_over_limit"`
}

type resultVariance struct {
	SGD   number         `json:"sgd"`
	Own   number         `json:"own"`
	Ratio resultEstimate `json:"ratio"`
}

type resultSnapshot struct {
	Age    int     `json:"age"`
	Every  int     `json:"every"`
	Passes float64 `json:"passes"`
}

type resultAgreement struct {
	Round     int    `json:"round"`
	Count     int    `json:"count"`
	Drift     number `json:"drift"`
	Agreement number `json:"agreement"`
	Alignment number `json:"alignment"`
	Lowest    number `json:"lowest"`
	Client    int    `json:"client"`
	Local     number `json:"local_loss"`
	Global    number `json:"global_loss"`
}

func newResultEstimate(e view.Estimate) resultEstimate {
	return resultEstimate{number(e.Value), number(e.Low), number(e.High), e.Resolved}
}

// where is a number that follows from an estimate: null where that is not resolved, as
// the screen says it is not.
func where(resolved bool, v float64) number {
	if !resolved {
		return number(math.NaN())
	}
	return number(v)
}

// newResultNoise is that of the gradients. Where their mean is lost in the noise,
// nothing is known of its norm but how large it is at most. Nothing stalls at a
// floor with steps above the limit.
func newResultNoise(n view.Noise, c *view.Curvature) *resultNoise {
	if n.Dominated {
		n.GradNorm.Value, n.GradNorm.Resolved = math.NaN(), false
		n.Simple.Value, n.Simple.Resolved = math.NaN(), false
	}
	return &resultNoise{
		GradNorm: newResultEstimate(n.GradNorm), Trace: newResultEstimate(n.Trace), Simple: newResultEstimate(n.Simple),
		Dominated: n.Dominated, Times: where(n.Simple.Resolved, n.Times),
		Floor: where(n.Trace.Resolved && !(c != nil && c.Times >= 1), n.Floor),
	}
}

func newResultDiagnosis(v *view.Diagnosis) *resultDiagnosis {
	if v == nil {
		return nil
	}
	out := &resultDiagnosis{
		Step: v.Step, Evals: v.Evals, Probes: v.Probes, ProbeEvals: v.Cost, ProbeTime: v.Seconds,
		Snapshot: (*resultSnapshot)(v.Snapshot), Falling: number(v.Plateau.Falling), Slope: number(v.Plateau.Slope),
		UpdateRatio: number(v.UpdateRatio), Floored: number(v.Floored), Conditions: []string{}, Advice: v.Advice.Text,
	}
	for _, c := range v.Active {
		out.Conditions = append(out.Conditions, c.String())
	}
	if v.Noise != nil {
		out.Noise = newResultNoise(*v.Noise, v.Curvature)
	}
	if c := v.Curvature; c != nil {
		out.Curvature = &resultCurvature{
			L: newResultEstimate(c.L), LR: c.LR,
			Limit: where(c.L.Resolved, c.Limit), Times: where(c.L.Resolved, c.Times),
		}
	}
	if w := v.Variance; w != nil {
		out.Variance = &resultVariance{
			SGD: where(w.Ratio.Resolved, w.SGD), Own: where(w.Ratio.Resolved, w.Own), Ratio: newResultEstimate(w.Ratio),
		}
	}
	if c := v.Clients; c != nil {
		out.Clients = &resultAgreement{
			Round: c.Round, Count: c.Count, Drift: number(c.Drift), Agreement: number(c.Agreement), Alignment: number(c.Alignment),
			Lowest: number(c.Lowest), Client: c.Client, Local: number(c.Local), Global: number(c.Global),
		}
	}
	return out
}
