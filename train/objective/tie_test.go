package objective

import (
	"math"
	"testing"

	"optwatch/optimizers/matrix"
)

// At θ = 0 no output is larger than another, and every model takes all examples
// for the first class, as numpy's argmax and scikit-learn's LogisticRegression,
// LinearSVC and RidgeClassifier do: three of these five are of it.
func TestTiesAreOfTheFirstClass(t *testing.T) {
	x := matrix.NewDense(5, 2, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
	e := Examples{X: x, Labels: []int32{0, 1, 0, 0, 1}, Classes: 2}
	for _, name := range []string{"softmax", "logistic", "svm", "least-squares"} {
		m, err := FindModel(name)
		if err != nil {
			t.Fatal(err)
		}
		o, err := m.New(e, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		theta := make([]float64, o.Dim())
		if _, correct := o.Loss(theta, matrix.AllRows(5)); correct != 3 {
			t.Errorf("%s: %d of 5 are classified rightly at θ = 0, want the 3 of the first class", name, correct)
		}
		theta[0] = math.NaN()
		if _, correct := o.Loss(theta, matrix.AllRows(5)); name != "softmax" && correct != 0 {
			t.Errorf("%s: %d of 5 are classified rightly by what is no number", name, correct)
		}
	}
}
