package objective

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"optwatch/optimizers/matrix"
)

// Model is an entry of the table of models.
type Model struct {
	Name   string
	Title  string
	Convex bool // strongly convex in the weights with λ > 0, so that an optimum can be certified
	Linear bool
	Net    bool // it has hidden layers
	fits   func(Examples) error
	build  func(Examples, Settings) Objective
}

// Examples is a set of examples: class labels or numeric targets, the other nil.
type Examples struct {
	X       matrix.Matrix
	Labels  []int32
	Targets []float64
	Classes int // 0 for numeric targets
}

// Models is the table of models.
func Models() []Model {
	return []Model{
		{Name: "softmax", Title: "softmax regression", Convex: true, Linear: true, fits: classes(2), build: func(e Examples, s Settings) Objective {
			return s.linear(e, e.classes(), e.Classes, Softmax{})
		}},
		{Name: "logistic", Title: "logistic regression", Convex: true, Linear: true, fits: binary, build: func(e Examples, s Settings) Objective {
			return s.linear(e, e.signs(), 1, Logistic{})
		}},
		{Name: "svm", Title: "squared-hinge SVM", Convex: true, Linear: true, fits: binary, build: func(e Examples, s Settings) Objective {
			return s.linear(e, e.signs(), 1, SquaredHinge{})
		}},
		{Name: "least-squares", Title: "least squares", Convex: true, Linear: true, fits: func(Examples) error { return nil }, build: func(e Examples, s Settings) Objective { return leastSquares(e, s) }},
		{Name: "net", Title: "net", Net: true, fits: classes(2), build: func(e Examples, s Settings) Objective { return s.net(e) }},
	}
}

// FindModel is the model of a name.
func FindModel(name string) (Model, error) {
	models := Models()
	var names []string
	for _, m := range models {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	return Model{}, fmt.Errorf("unknown model %q: want one of %s", name, strings.Join(names, ", "))
}

// Settle completes settings for the model, or says what is wrong with them.
func (m Model) Settle(s Settings) (Settings, error) {
	s, err := s.of(m)
	if err != nil {
		return s, fmt.Errorf("model %s %w", m.Name, err)
	}
	return s, nil
}

// Titled is the model's title with its settings, which are complete.
func (m Model) Titled(s Settings) string {
	if m.Net {
		return m.Title + " " + strings.ReplaceAll(s.Hidden, ",", "-")
	}
	return m.Title
}

// New is the model's objective over examples, or what is wrong with them or with
// the settings.
func (m Model) New(e Examples, s Settings) (Objective, error) {
	s, err := m.Settle(s)
	if err != nil {
		return nil, err
	}
	if err := m.fits(e); err != nil {
		return nil, fmt.Errorf("model %s %w", m.Name, err)
	}
	return m.build(e, s), nil
}

func classes(atLeast int) func(Examples) error {
	return func(e Examples) error {
		if e.Classes < atLeast {
			if e.Classes > 0 {
				return fmt.Errorf("needs at least %d classes; the data has %d", atLeast, e.Classes)
			}
			return errors.New("needs class labels; the data has numeric targets: try --model least-squares")
		}
		return nil
	}
}

func binary(e Examples) error {
	if e.Classes == 0 {
		return classes(2)(e)
	}
	if e.Classes != 2 {
		return fmt.Errorf("needs two classes; the data has %d: try --model softmax", e.Classes)
	}
	return nil
}

func leastSquares(e Examples, s Settings) Objective {
	switch {
	case e.Classes == 0:
		return s.linear(e, slices.Clone(e.Targets), 1, Squares{})
	case e.Classes == 2:
		return s.linear(e, e.signs(), 1, Squares{})
	}
	return s.linear(e, e.classes(), e.Classes, OneHot{})
}

// classes are the labels as numbers.
func (e Examples) classes() []float64 {
	y := make([]float64, len(e.Labels))
	for i, l := range e.Labels {
		y[i] = float64(l)
	}
	return y
}

// signs are −1 for the first class and 1 for the second.
func (e Examples) signs() []float64 {
	y := e.classes()
	for i := range y {
		y[i] = 2*y[i] - 1
	}
	return y
}
