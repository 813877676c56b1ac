package train

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"optwatch/optimizers/matrix"
	"optwatch/train/data"
	"optwatch/train/objective"
)

// mnist is MNIST with a number of validation rows; the test is skipped without it.
func mnist(t testing.TB, val int) *problem {
	t.Helper()
	if found, _ := filepath.Glob(filepath.Join(os.Getenv("OPTWATCH_DATA"), "mnist", "train-images*")); found == nil {
		t.Skip("OPTWATCH_DATA has no MNIST")
	}
	ds, err := data.Open(context.Background(), data.Options{Name: "mnist", Val: val}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProblem(ds, "softmax", ModelSettings{}, 1e-3)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestMNISTAtZero checks the assignment's objective at θ = 0 on all 60,000
// rows: f = ln 10, and ‖∇f‖ and the mean ‖∇fᵢ‖² as computed independently in
// float64.
func TestMNISTAtZero(t *testing.T) {
	p := mnist(t, 0)
	l := p.train.(*objective.Linear)
	theta, g := make([]float64, l.Dim()), make([]float64, l.Dim())
	n := float64(l.Len())
	if l.Dim() != 7850 || n != 60_000 {
		t.Fatalf("%d parameters and %v rows, want 7850 and 60000", l.Dim(), n)
	}
	loss := l.AddGrad(g, theta, p.trainRows, 1/n) / n
	squares, r := 0.0, make([]float64, l.Width())
	for i := range l.Len() {
		norm := 1.0
		p.data.Train.X.Row(i, func(_ int, v float64) { norm += v * v })
		l.Residuals(r, theta, p.trainRows[i:i+1])
		squares += matrix.Dot(r, r) * norm / n
	}
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"f", loss, math.Ln10},
		{"‖∇f‖", matrix.Nrm2(g), 1.040931941107},
		{"mean ‖∇fᵢ‖²", squares, 79.929019642},
	} {
		if math.Abs(c.got-c.want) > 1e-9*c.want {
			t.Errorf("%s = %.12g, want %.12g", c.what, c.got, c.want)
		}
	}
}
