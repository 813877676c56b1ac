package data

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"optwatch/optimizers/matrix"
)

// realData is the folder of real data, or the test is skipped.
func realData(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("OPTWATCH_DATA")
	if dir == "" {
		t.Skip("OPTWATCH_DATA has no MNIST: it is not set")
	}
	if _, err := findFiles(filepath.Join(dir, "mnist")); err != nil {
		t.Skip("OPTWATCH_DATA has no MNIST: ", err)
	}
	return dir
}

func TestMNIST(t *testing.T) {
	dir := realData(t)
	d := mustOpen(t, Options{Name: "auto", Dir: dir, Val: -1})
	if d.Name != "mnist" || d.Train.Len() != 50_000 || d.Val.Len() != 10_000 || d.Test.Len() != 10_000 {
		t.Fatalf("got %s, %d + %d + %d", d.Name, d.Train.Len(), d.Val.Len(), d.Test.Len())
	}
	if want := "37ae7a2becb798dd4bc25578f3e4136d4bf9f3aa0bcc9cc34cabe4d9234e92c1"; d.Digest != want {
		t.Errorf("got digest %s, want %s", d.Digest, want)
	}
	d = mustOpen(t, Options{Name: "mnist", Dir: dir})
	x := d.Train.X.(*matrix.CSR)
	// Measured with numpy: 150.9 non-zeros a row, mean and largest |x̃|², with
	// the 1 of the bias.
	if got := float64(x.Stored())/float64(x.Rows()) + 1; math.Abs(got-150.9) > 0.05 || !x.Compact() {
		t.Errorf("got %.2f non-zeros a row, compact %v, want 150.9, compact", got, x.Compact())
	}
	sum, most := 0.0, 0.0
	for i := range x.Rows() {
		square := 1.0
		x.Row(i, func(_ int, v float64) { square += v * v })
		sum, most = sum+square, max(most, square)
	}
	if mean := sum / float64(x.Rows()); math.Abs(mean-88.810022) > 1e-6 || math.Abs(most-296.119616) > 1e-6 {
		t.Errorf("got mean |x̃|² %.6f, largest %.6f, want 88.810022, 296.119616", mean, most)
	}
	if got := d.Train.Labels[:5]; got[0] != 5 || got[1] != 0 || got[2] != 4 || got[3] != 1 || got[4] != 9 {
		t.Errorf("got first labels %v, want 5 0 4 1 9", got)
	}
}

func TestA9A(t *testing.T) {
	dir := filepath.Join(realData(t), "libsvm")
	o := Options{Name: filepath.Join(dir, "a9a.gz"), Test: filepath.Join(dir, "a9a.t.gz")}
	if _, err := os.Stat(o.Name); err != nil {
		t.Skip("OPTWATCH_DATA has no a9a: ", err)
	}
	d := mustOpen(t, o)
	if d.Train.Len() != 32_561 || d.Test.Len() != 16_281 || d.Features != 123 || d.Test.X.Cols() != 123 {
		t.Errorf("got %d + %d rows, %d features, %d in the test set", d.Train.Len(), d.Test.Len(), d.Features, d.Test.X.Cols())
	}
	if len(d.Classes) != 2 || d.Classes[0] != "-1" || d.Classes[1] != "+1" {
		t.Errorf("got classes %q, want -1 and +1", d.Classes)
	}
}

func BenchmarkMNIST(b *testing.B) {
	dir := realData(b)
	for b.Loop() {
		if _, err := Open(b.Context(), Options{Name: "mnist", Dir: dir}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
