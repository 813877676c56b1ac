package data

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkLoad says what loading costs for each byte of a file, and what is
// allocated over all for one of the files' entries.
func BenchmarkLoad(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var numbers, sparse bytes.Buffer
	for range 100_000 {
		for range 28 {
			fmt.Fprintf(&numbers, "%.4f,", r.NormFloat64())
		}
		fmt.Fprintln(&numbers, r.IntN(2))
	}
	for range 20_000 {
		fmt.Fprint(&sparse, r.IntN(2))
		for j := range 75 {
			fmt.Fprintf(&sparse, " %d:%.4f", 1+600*j+r.IntN(600), r.Float64())
		}
		fmt.Fprintln(&sparse)
	}
	pixels, labels := make([]byte, 5000*64*48), make([]byte, 5000)
	for i := range pixels {
		pixels[i] = byte(max(1, 128+40*r.NormFloat64()))
	}
	for i := range labels {
		labels[i] = byte(i % 10)
	}
	images := imagesFile(5000, 0, pixels)
	images[11], images[15] = 64, 48
	dir := b.TempDir()
	for name, content := range map[string][]byte{
		"dense.csv": numbers.Bytes(), "sparse.svm": sparse.Bytes(),
		idxNames[0]: images, idxNames[1]: labelsFile(labels), idxNames[2]: images, idxNames[3]: labelsFile(labels),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, path string
		size       int
	}{
		{"csv", filepath.Join(dir, "dense.csv"), numbers.Len()},
		{"libsvm", filepath.Join(dir, "sparse.svm"), sparse.Len()},
		{"idx", dir, 2 * len(images)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(c.size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Open(b.Context(), Options{Name: c.path}, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
