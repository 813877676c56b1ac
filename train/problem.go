package train

import (
	"fmt"
	"math"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/data"
	"optwatch/train/objective"
)

// problem is what all runs of an experiment share: the data set and the
// objective over each of its splits. Splits that are empty are nil.
type problem struct {
	data             *data.Dataset
	model            objective.Model
	settings         objective.Settings
	train, val, test objective.Objective
	valRows          []int32
	testRows         []int32
	trainRows        []int32
	perClass         [][]int32 // the rows of each class in the set that accuracies are of; nil without classes
	l2               objective.L2
	meanSquare       float64 // ‖x̃ᵢ‖², over some rows
}

// newProblem is the model on the data, or what is wrong with the combination.
func newProblem(ds *data.Dataset, modelName string, settings objective.Settings, lambda float64) (*problem, error) {
	model, err := objective.FindModel(modelName)
	if err != nil {
		return nil, err
	}
	p := &problem{data: ds, model: model}
	if p.settings, err = model.Settle(settings); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		split *data.Split
		to    *objective.Objective
		rows  *[]int32
	}{{&ds.Train, &p.train, &p.trainRows}, {&ds.Val, &p.val, &p.valRows}, {&ds.Test, &p.test, &p.testRows}} {
		n := part.split.Len()
		if n == 0 {
			continue
		}
		*part.to, err = model.New(objective.Examples{
			X: part.split.X, Labels: part.split.Labels, Targets: part.split.Targets, Classes: len(ds.Classes),
		}, p.settings)
		if err != nil {
			return nil, fmt.Errorf("data %s: %w", ds.Name, err)
		}
		*part.rows = matrix.AllRows(n)
	}
	p.l2 = objective.L2{Lambda: lambda, Spans: p.train.Weights()}
	p.meanSquare = meanSquare(ds.Train.X)
	p.perClass = rowsByClass(p.judged().Labels, len(ds.Classes))
	return p, nil
}

// judged is the set that accuracies of classes are of.
func (p *problem) judged() data.Split {
	if p.test != nil {
		return p.data.Test
	}
	return p.data.Val
}

// rowsByClass are the rows of each class; nil without labels.
func rowsByClass(labels []int32, classes int) [][]int32 {
	if labels == nil {
		return nil
	}
	rows := make([][]int32, classes)
	for i, c := range labels {
		rows[c] = append(rows[c], int32(i))
	}
	return rows
}

// meanSquare is the mean ‖x̃ᵢ‖² over a thousand rows, evenly spread.
func meanSquare(x matrix.Matrix) float64 {
	sum, rows := 0.0, 0
	for i := 0; i < x.Rows(); i += max(1, x.Rows()/1000) {
		sum++
		x.Row(i, func(_ int, v float64) { sum += v * v })
		rows++
	}
	return sum / float64(rows)
}

// classes says whether there is an accuracy.
func (p *problem) classes() bool { return p.data.Classes != nil }

// certifiable says whether a certified optimum exists.
func (p *problem) certifiable() bool { return p.model.Convex && p.l2.Lambda > 0 }

// facts is what recipes are built for.
func (p *problem) facts(evals int64) optimizers.Problem {
	return optimizers.Problem{N: p.train.Len(), L2: p.l2.Lambda, Spans: p.l2.Spans, Linear: p.model.Linear, Evals: evals, Labels: p.data.Train.Labels, Classes: len(p.data.Classes)}
}

// views are the data and the problem as a snapshot shows them.
func (p *problem) views(evals int64) (DataView, ProblemView) {
	d := p.data
	dv := DataView{
		Name: d.Name, Digest: d.Digest, Train: d.Train.Len(), Val: d.Val.Len(), Test: d.Test.Len(),
		Features: d.Features, Classes: d.Classes, Synthetic: d.Synthetic, Scaled: d.Scaled, Notes: d.Notes,
	}
	pv := ProblemView{
		Model: p.model.Name, Title: p.model.Titled(p.settings), Settings: p.settings, L2: p.l2.Lambda, Parameters: p.train.Dim(), MeanSquare: p.meanSquare, Problem: p.facts(evals),
	}
	return dv, pv
}

// accuracy is the share of a split that θ classifies rightly, NaN where there is none.
func (p *problem) accuracy(o objective.Objective, rows []int32, theta []float64) float64 {
	if o == nil || !p.classes() {
		return math.NaN()
	}
	_, correct := o.Worker().Loss(theta, rows)
	return float64(correct) / float64(len(rows))
}

// firstPlot is the evaluations of the first plot point after the start: a
// tenth of a pass, or half a pass where evaluating the model takes as long as
// that.
func (p *problem) firstPlot() float64 {
	n := float64(p.train.Len())
	if p.model.Linear {
		return n / 10
	}
	return n / 2
}
