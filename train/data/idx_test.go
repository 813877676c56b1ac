package data

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
)

func TestIDXRoundTrip(t *testing.T) {
	plain := writeSet(t, "mnist", smallSet(), false)
	gzipped := writeSet(t, "mnist", smallSet(), true)
	a := mustOpen(t, Options{Name: "mnist", Dir: plain, Val: 10})
	b := mustOpen(t, Options{Name: "mnist", Dir: gzipped, Val: 0})
	c := mustOpen(t, Options{Name: filepath.Join(plain, "mnist"), Val: -1})
	if a.Digest != b.Digest || a.Digest != c.Digest {
		t.Errorf("digests of plain, gzipped and by path: got %s, %s, %s, want one", a.Digest, b.Digest, c.Digest)
	}
	if a.Train.Len() != 20 || a.Val.Len() != 10 || a.Test.Len() != 10 || b.Val.Len() != 0 || c.Val.Len() != 5 {
		t.Errorf("got splits %d %d %d, %d, %d", a.Train.Len(), a.Val.Len(), a.Test.Len(), b.Val.Len(), c.Val.Len())
	}
	if a.Features != imagePixels || len(a.Classes) != 10 || a.Classes[9] != "9" || a.Name != "mnist" {
		t.Errorf("got %d features, classes %v, name %q", a.Features, a.Classes, a.Name)
	}
	want := make([]float64, imagePixels)
	want[25], want[425] = 1, float64(26)/255
	if got := dense(a.Val)[5]; !slices.Equal(got, want) || a.Val.Labels[5] != 5 {
		t.Errorf("row 5 of validation is not row 25 of the file")
	}
}

func TestIDXFileWithTestFile(t *testing.T) {
	dir := filepath.Join(writeSet(t, "mnist", smallSet(), true), "mnist")
	train, test := filepath.Join(dir, idxNames[0]+".gz"), filepath.Join(dir, idxNames[2]+".gz")
	d := mustOpen(t, Options{Name: train, Test: test})
	if whole := mustOpen(t, Options{Name: dir}); d.Digest != whole.Digest {
		t.Errorf("got digest %s of two files, want that of their directory, %s", d.Digest, whole.Digest)
	}
	if d = mustOpen(t, Options{Name: train}); d.Test.Len() != 0 || d.Test.X != nil {
		t.Errorf("got a test split of %d without a test file, want none", d.Test.Len())
	}
	files, err := Files(train, "")
	if want := []string{train, filepath.Join(dir, idxNames[1]+".gz")}; err != nil || !slices.Equal(files, want) {
		t.Errorf("it is said to be read from %q, %v; want %q", files, err, want)
	}
}

// TestBrokenIDX spoils one of four sound files at a time.
func TestBrokenIDX(t *testing.T) {
	put := func(offset int, value uint32) func([]byte) []byte {
		return func(b []byte) []byte {
			binary.BigEndian.PutUint32(b[offset:], value)
			return b
		}
	}
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:n] } }
	more := func(b []byte) []byte { return append(b, 0) }
	set := func(offset int, value byte) func([]byte) []byte {
		return func(b []byte) []byte { b[offset] = value; return b }
	}
	tests := []struct {
		name  string
		file  int
		spoil func([]byte) []byte
		want  []string
	}{
		{"magic of images", 0, put(0, labelsMagic), []string{"byte 0", "0x00000801", "0x00000803"}},
		{"magic of labels", 1, put(0, 7), []string{"byte 0", "0x00000007", "0x00000801"}},
		{"no images", 0, put(4, 0), []string{"byte 4", "0 images"}},
		{"absurd count", 0, put(4, 1<<31), []string{"byte 4", "2147483648"}},
		{"promise of 1.6 TB", 0, put(4, 1<<31-1), []string{"end of the file"}},
		{"absurd pixels", 2, put(8, 1<<30), []string{"byte 8", "1073741824×28"}},
		{"no pixels", 2, put(12, 0), []string{"byte 8", "28×0"}},
		{"empty", 0, cut(0), []string{"found", "expected"}},
		{"cut in the header", 0, cut(9), []string{"byte 9", "end of the file", "header"}},
		{"cut in the pixels", 0, cut(5000), []string{"byte 5000", "end of the file"}},
		{"one byte short", 2, cut(imagesHeader + 10*imagePixels - 1), []string{"byte 7855", "end of the file"}},
		{"more images", 0, more, []string{"byte 23536", "more"}},
		{"more labels", 1, more, []string{"byte 38", "more"}},
		{"labels cut", 1, cut(20), []string{"byte 20", "end of the file"}},
		{"absurd labels", 1, put(4, 1<<31-1), []string{"end of the file"}},
		{"label out of range", 1, set(labelsHeader+7, 10), []string{"byte 15", `"10"`, "the 10 classes 0 … 9"}},
		{"test label out of range", 3, set(labelsHeader, 255), []string{"byte 8", `"255"`}},
		{"other size", 2, func([]byte) []byte { return imagesFile(10, 2, make([]byte, 40)) }, []string{"2×2", "28×28"}},
		{"fewer labels", 3, func([]byte) []byte { return labelsFile(make([]byte, 9)) }, []string{"byte 4", "9 labels", "10"}},
	}
	for _, test := range tests {
		for _, gzipped := range []bool{false, true} {
			files := smallSet()
			files[test.file] = test.spoil(files[test.file])
			dir := writeSet(t, "mnist", files, gzipped)
			t.Run(test.name, func(t *testing.T) {
				for _, name := range []string{"mnist", "auto"} {
					d, err := Open(context.Background(), Options{Name: name, Dir: dir}, nil)
					checkError(t, err, append(test.want, idxNames[test.file])...)
					if d != nil {
						t.Errorf("got half a data set")
					}
				}
			})
		}
	}
}

// What is missing of a gzipped file of images is counted from where it ends, in the
// first chunk that is read and in a later one.
func TestImagesThatAreMissing(t *testing.T) {
	whole := imagesFile(400, 28, make([]byte, 400*imagePixels))
	for there, want := range map[int]string{0: "400 more of 400", 306: "94 more of 400", 350: "50 more of 400", 399: "1 more of 400"} {
		path := writeFile(t, filepath.Join(t.TempDir(), "images.gz"), zip(t, whole[:imagesHeader+there*imagePixels+5]))
		_, err := readImages(t.Context(), path, &meter{})
		checkError(t, err, "found the end of the file", "expected "+want+" images of 784 bytes")
	}
}

func TestBrokenGzip(t *testing.T) {
	sound := zip(t, smallSet()[0])
	checksum := bytes.Clone(sound)
	checksum[len(checksum)-6]++
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"header cut", sound[:5], "gzip header"},
		{"content cut", sound[:len(sound)/2], "end of the file"},
		{"checksum cut", sound[:len(sound)-4], "checksum"},
		{"checksum wrong", checksum, "checksum"},
		{"garbage behind", append(bytes.Clone(sound), "garbage"...), "gzip"},
		{"another file behind", append(bytes.Clone(sound), sound...), "more data"},
		{"nothing inside", zip(t, nil), "end of the file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := writeSet(t, "mnist", smallSet(), true)
			path := writeFile(t, filepath.Join(dir, "mnist", idxNames[0]+".gz"), test.file)
			_, err := Open(context.Background(), Options{Name: "mnist", Dir: dir}, nil)
			checkError(t, err, path, test.want)
		})
	}
}

// TestGzipBomb packs far more than the header says: it must be left at once.
func TestGzipBomb(t *testing.T) {
	noise := make([]byte, 4<<20)
	rand.NewChaCha8([32]byte{}).Read(noise)
	bomb := zip(t, append(smallSet()[0], noise...))
	path := writeFile(t, filepath.Join(t.TempDir(), "bomb"), bomb)
	m := &meter{}
	_, err := readImages(context.Background(), path, m)
	checkError(t, err, "byte 23536", "more data")
	if got := m.done.Load(); got > 8*sourceBuffer {
		t.Errorf("got %d bytes read of a bomb of %d, want a few buffers", got, len(bomb))
	}
}

func FuzzIDX(f *testing.F) {
	small := imagesFile(3, 2, []byte("one.two.tree"))
	f.Add(small)
	f.Add(zip(f, small))
	f.Add(labelsFile([]byte{1, 0, 9}))
	f.Add([]byte{0, 0, 8, 3, 0x7f, 255, 255, 255, 0, 0, 4, 0, 0, 0, 4, 0})
	f.Fuzz(func(t *testing.T, file []byte) {
		open := func() *source {
			s, err := newSource("fuzz", bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Skip("its gzip header is broken: there is nothing to parse")
			}
			return s
		}
		if images, err := open().images(); err == nil {
			s := Split{X: images.x.CSR(0)}
			if s.X.Cols() != images.height*images.width || s.Len() < 1 {
				t.Fatalf("got %d×%d of images of %d×%d", s.Len(), s.X.Cols(), images.height, images.width)
			}
		}
		if labels, err := open().labels(nil); err == nil && len(labels) == 0 {
			t.Fatal("got no labels and no error")
		}
	})
}

// A gzipped file of labels may promise billions and hold many. The first that is no
// digit ends it: what comes after is not read.
func TestLabelsUpToTheFirstBadOne(t *testing.T) {
	labels := make([]byte, 1<<20)
	labels[70_000] = 12
	file := labelsFile(labels)
	binary.BigEndian.PutUint32(file[4:], 1<<31-1)
	m := &meter{}
	r := &countedReader{r: bytes.NewReader(zip(t, slices.Concat(file, randomBytes(4<<20))))}
	s, err := newSource("labels.gz", &meteredReader{ctx: context.Background(), r: r, m: m}, 5<<20)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.labels(tenDigits())
	checkError(t, err, "labels.gz: byte 70008", `the label "12"`, "the 10 classes 0 … 9")
	if r.n > 1<<20 {
		t.Errorf("%d bytes were read of a file whose %dth label is bad", r.n, 70_000)
	}
}

// randomBytes are bytes that cannot be packed.
func randomBytes(n int) []byte {
	out, r := make([]byte, n), rand.New(rand.NewPCG(1, 2))
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}
