package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// imagesFile is an IDX file of images of side×side pixels.
func imagesFile(count, side int, pixels []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, imagesMagic)
	b = binary.BigEndian.AppendUint32(b, uint32(count))
	b = binary.BigEndian.AppendUint32(b, uint32(side))
	b = binary.BigEndian.AppendUint32(b, uint32(side))
	return append(b, pixels...)
}

func labelsFile(labels []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, labelsMagic)
	b = binary.BigEndian.AppendUint32(b, uint32(len(labels)))
	return append(b, labels...)
}

// smallSet is the four files of a set in the shape of MNIST, of 30 and 10
// examples: two pixels of ink each, and labels that go round.
func smallSet() [4][]byte {
	draw := func(n int) (pixels, labels []byte) {
		pixels, labels = make([]byte, n*imagePixels), make([]byte, n)
		for i := range n {
			labels[i] = byte(i % 10)
			pixels[i*imagePixels+i] = 255
			pixels[i*imagePixels+400+i] = byte(i + 1)
		}
		return pixels, labels
	}
	trainPixels, trainLabels := draw(30)
	testPixels, testLabels := draw(10)
	return [4][]byte{
		imagesFile(30, imageSide, trainPixels), labelsFile(trainLabels),
		imagesFile(10, imageSide, testPixels), labelsFile(testLabels),
	}
}

func zip(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeFile(t testing.TB, path string, content []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// writeSet writes a set into dir/name and returns dir.
func writeSet(t testing.TB, name string, files [4][]byte, gzipped bool) string {
	t.Helper()
	dir := t.TempDir()
	for i, content := range files {
		path := filepath.Join(dir, name, idxNames[i])
		if gzipped {
			path, content = path+".gz", zip(t, content)
		}
		writeFile(t, path, content)
	}
	return dir
}

// openText opens text as a file of that name.
func openText(t testing.TB, name, text string, o Options) (*Dataset, error) {
	t.Helper()
	o.Name = writeFile(t, filepath.Join(t.TempDir(), name), []byte(text))
	o.Dir = t.TempDir()
	return Open(context.Background(), o, nil)
}

func mustOpen(t testing.TB, o Options) *Dataset {
	t.Helper()
	d, err := Open(context.Background(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// checkError wants an error of one line with all parts in it.
func checkError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("got no error, want one with %q", parts)
	}
	for _, part := range append(parts, "") {
		if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %q, want one line with %q", err, part)
		}
	}
}

// dense is a split's matrix written out.
func dense(s Split) [][]float64 {
	rows := make([][]float64, s.Len())
	for i := range rows {
		rows[i] = make([]float64, s.X.Cols())
		s.X.Row(i, func(col int, value float64) { rows[i][col] = value })
	}
	return rows
}
