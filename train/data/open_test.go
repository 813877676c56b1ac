package data

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"optwatch/optimizers/matrix"
)

func TestOpenFindsNothing(t *testing.T) {
	dir, mnist := t.TempDir(), writeSet(t, "mnist", smallSet(), false)
	if err := os.Remove(filepath.Join(mnist, "mnist", idxNames[3])); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		o    Options
		want []string
	}{
		{"no MNIST", Options{Name: "mnist", Dir: dir}, []string{filepath.Join(dir, "mnist", idxNames[0]), "optwatch data get mnist"}},
		{"no fashion", Options{Name: "fashion-mnist", Dir: dir}, []string{"optwatch data get fashion-mnist"}},
		{"one file missing", Options{Name: "mnist", Dir: mnist}, []string{idxNames[3], "no such file"}},
		{"no file", Options{Name: "minst", Dir: dir}, []string{"minst", "no such file", "auto, digits, mnist"}},
		{"no test file", Options{Name: filepath.Join(mnist, "mnist", idxNames[0]), Test: "gone", Dir: dir}, []string{"gone", "no such file"}},
		{"empty directory", Options{Name: dir}, []string{dir, "no such file", idxNames[0], idxNames[3]}},
		{"test file of MNIST", Options{Name: "mnist", Dir: dir, Test: "x"}, []string{"test file x", "mnist"}},
		{"test file of digits", Options{Dir: dir, Test: "x"}, []string{"test file x", "digits"}},
		{"label of digits", Options{Name: "digits", Label: "x"}, []string{`"x"`, "digits"}},
		{"test file is a directory", Options{Name: filepath.Join(mnist, "mnist", idxNames[0]), Test: dir}, []string{dir, "found a directory"}},
		{"validation of digits", Options{Name: "digits", Val: 10_000}, []string{"10000", "0 to 9999"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(context.Background(), test.o, nil)
			checkError(t, err, test.want...)
		})
	}
}

func TestAuto(t *testing.T) {
	d := mustOpen(t, Options{Dir: t.TempDir(), Val: -1})
	if d.Name != "digits" || !d.Synthetic || !strings.Contains(strings.Join(d.Notes, ""), "optwatch data get mnist") {
		t.Errorf("without MNIST: got %s, synthetic %v, notes %q", d.Name, d.Synthetic, d.Notes)
	}
	for _, name := range []string{"OPTWATCH_DATA", "HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, "")
	}
	if d = mustOpen(t, Options{}); d.Name != "digits" {
		t.Errorf("without a home: got %s, want digits", d.Name)
	}
	t.Setenv("OPTWATCH_DATA", writeSet(t, "mnist", smallSet(), true))
	if d = mustOpen(t, Options{Val: -1}); d.Name != "mnist" || d.Synthetic || d.Notes != nil {
		t.Errorf("with MNIST: got %s, synthetic %v, notes %q", d.Name, d.Synthetic, d.Notes)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	text := writeFile(t, filepath.Join(t.TempDir(), "a"), []byte("1 1:1\n"))
	for _, name := range []string{"digits", "mnist", text} {
		d, err := Open(ctx, Options{Name: name, Dir: writeSet(t, "mnist", smallSet(), true)}, nil)
		if !errors.Is(err, context.Canceled) || d != nil {
			t.Errorf("%s: got %v, want a cancelled context", name, err)
		}
	}
}

func TestProgress(t *testing.T) {
	var done, total int64
	calls := 0
	progress := func(what string, d, n int64) {
		if what != "digits" || d < done {
			t.Errorf("got %s %d after %d", what, d, done)
		}
		calls, done, total = calls+1, d, n
	}
	if _, err := Open(context.Background(), Options{Name: "digits"}, progress); err != nil {
		t.Fatal(err)
	}
	if calls < 2 || done != digitsTrain+digitsTest || total != done {
		t.Errorf("got %d calls, at the end %d of %d", calls, done, total)
	}
}

// TestDigestKnowsContentOnly writes the same numbers in several ways.
func TestDigestKnowsContentOnly(t *testing.T) {
	open := func(file, text string) string {
		d, err := openText(t, file, text, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return d.Digest
	}
	want := open("a.csv", "1,0,3,-1\n0,0.5,0,1\n")
	for _, same := range [][2]string{
		{"a.csv", "p,q,r,class\n1.0,0,3e0,-1\n0,.5,0,+1\n"},
		{"a.svm", "-1 1:1 3:3\n+1 2:0.5\n"},
		{"a.svm.gz", string(zip(t, []byte("-1 1:1 2:0 3:3 # same\n1.0 2:5e-1\n")))},
	} {
		if got := open(same[0], same[1]); got != want {
			t.Errorf("%q: got digest %s, want %s", same[1], got, want)
		}
	}
	for _, other := range []string{
		"0.5,0,3,-1\n0,0.5,0,1\n", "1,0,3,1\n0,0.5,0,-1\n", "0,1,3,-1\n0,0.5,0,1\n", "0,0.5,0,1\n1,0,3,-1\n",
		"1,0,3,0,-1\n0,0.5,0,0,1\n", "1,0,3,0\n0,0.5,0,1\n", "1,0,3,-1\n0,0.5,0,1.5\n", "1,0,3,-1\n",
	} {
		if got := open("a.csv", other); got == want {
			t.Errorf("%q: got the digest of other content", other)
		}
	}
}

// TestDigestKnowsNoWidth stores the same row compactly and, behind a value
// that needs it, as float64.
func TestDigestKnowsNoWidth(t *testing.T) {
	compact, wide := matrix.NewBuilder(1, 0, 0), matrix.NewBuilder(1, 0, 0)
	wide.Add(0, 0.3)
	wide.EndRow(2)
	for _, b := range []*matrix.Builder{compact, wide} {
		b.Add(1, 200)
		b.EndRow(2)
	}
	sum := func(x matrix.Matrix) string {
		d, err := digest(t.Context(), 2, nil, Split{X: x, Targets: []float64{1}}, Split{})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	a, b := compact.CSR(2), wide.CSR(2)
	if !a.Compact() || b.Compact() {
		t.Fatal("the matrices do not differ in width")
	}
	if got, want := sum(b.Slice(1, 2)), sum(a); got != want {
		t.Errorf("got digest %s of float64s, want that of bytes, %s", got, want)
	}
}

func TestSplitOfPath(t *testing.T) {
	var text strings.Builder
	for i := range 60 {
		fmt.Fprintf(&text, "%d 1:%d\n", i/30, i+1)
	}
	d, err := openText(t, "sorted", text.String(), Options{Val: -1})
	if err != nil {
		t.Fatal(err)
	}
	again, err := openText(t, "sorted", text.String(), Options{Val: 10})
	if err != nil {
		t.Fatal(err)
	}
	column := func(s Split) []float64 {
		var c []float64
		for _, row := range dense(s) {
			c = append(c, row[0])
		}
		return c
	}
	train, val := column(d.Train), column(d.Val)
	if len(val) != 10 || !slices.IsSorted(train) || !slices.IsSorted(val) || !slices.Equal(val, column(again.Val)) {
		t.Errorf("got validation rows %v, then %v", val, column(again.Val))
	}
	all := slices.Sorted(slices.Values(slices.Concat(train, val)))
	for i, v := range all {
		if v != float64(i+1) {
			t.Fatalf("got rows %v, want each of 1 to 60 once", all)
		}
	}
	for i, label := range d.Val.Labels {
		if want := int32(val[i]-1) / 30; label != want {
			t.Errorf("got label %d for row %v, want %d", label, val[i], want)
		}
	}
	if d.Val.Labels[0] == d.Val.Labels[9] {
		t.Errorf("got one class only from a sorted file")
	}
	if d.Digest != again.Digest {
		t.Errorf("the digest depends on the split")
	}
	_, err = openText(t, "sorted", text.String(), Options{Val: 60})
	checkError(t, err, "validation split of 60", "60 training rows", "0 to 59")
}

// A file whose examples are all empty is refused: there is nothing to learn from.
func TestNoFeatures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty.svm")
	if err := os.WriteFile(path, []byte("1\n-1\n1\n-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), Options{Name: path}, nil); err == nil || !strings.Contains(err.Error(), "no example has a value") {
		t.Errorf("it is read: %v", err)
	}
}
