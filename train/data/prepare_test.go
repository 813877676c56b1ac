package data

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// people is a file as people have it: columns whose scales differ, an empty
// cell, a column of words and labels that are words.
const people = "age,income,city,hours,class\n" +
	"25,30000,Rome,40,no\n" +
	"47,,Oslo,38,yes\n" +
	"33,90000,Rome,35,yes\n" +
	"51,60000,Bonn,42,no\n"

// near says whether numbers are the same but for rounding.
func near(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(x, y []float64) bool {
		return slices.EqualFunc(x, y, func(v, w float64) bool { return math.Abs(v-w) <= 1e-15*max(1, math.Abs(w)) })
	})
}

// Computed by hand: the first column has mean 3 and deviation √((4+1+0+9)/4);
// of the second most entries are 0, so that it is only divided by its
// deviation √((1+1+1+9)/4); the third is constant.
func TestStandardize(t *testing.T) {
	o := Options{Preparation: Preparation{Standardize: true}}
	o.Test = writeFile(t, filepath.Join(t.TempDir(), "test.csv"), []byte("3,1,8,0\n"))
	d, err := openText(t, "a.csv", "1,0,7,0\n2,0,7,1\n3,0,7,0\n6,4,7,1\n", o)
	if err != nil {
		t.Fatal(err)
	}
	s, q := math.Sqrt(3.5), math.Sqrt(3)
	want := [][]float64{{-2 / s, 0, 0}, {-1 / s, 0, 0}, {0, 0, 0}, {3 / s, 4 / q, 0}}
	if got := dense(d.Train); !near(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := dense(d.Test), [][]float64{{0, 1 / q, 1}}; !near(got, want) {
		t.Errorf("of the test set got %v, want %v, by the moments of the training rows", got, want)
	}
}

// What the rows of the validation set are does not show in the training rows.
func TestStandardizeByTrainingRows(t *testing.T) {
	var text strings.Builder
	for i := range 60 {
		fmt.Fprintf(&text, "%d,%d,%d\n", i*i, 1000*i, i%2)
	}
	o := Options{Val: 20, Preparation: Preparation{Standardize: true}}
	d, err := openText(t, "a.csv", text.String(), o)
	if err != nil {
		t.Fatal(err)
	}
	for j := range 2 {
		sum, square := 0.0, 0.0
		for _, row := range dense(d.Train) {
			sum, square = sum+row[j], square+row[j]*row[j]
		}
		if n := float64(d.Train.Len()); math.Abs(sum/n) > 1e-14 || math.Abs(square/n-1) > 1e-14 {
			t.Errorf("column %d: mean %g, mean square %g over the training rows, want 0 and 1", j, sum/n, square/n)
		}
	}
	if d.Val.Len() != 20 {
		t.Errorf("%d validation rows, want 20", d.Val.Len())
	}
}

// What is sparse has as many entries afterwards.
func TestStandardizeKeepsSparse(t *testing.T) {
	d, err := openText(t, "a.svm", "1 1:5\n0 2:3 9:1\n1 5:2\n0\n", Options{Preparation: Preparation{Standardize: true}})
	if err != nil {
		t.Fatal(err)
	}
	stored := 0
	for i := range d.Train.Len() {
		d.Train.X.Row(i, func(int, float64) { stored++ })
	}
	if stored != 4 {
		t.Errorf("%d entries are stored, want the 4 of the file", stored)
	}
}

// Preparations are other data, of which what is known is known apart.
func TestPreparedDigest(t *testing.T) {
	seen := map[string]Preparation{}
	for _, p := range []Preparation{{Missing: MissingMean, OneHot: true}, {Missing: MissingDrop, OneHot: true}, {Missing: MissingMean, OneHot: true, Standardize: true}, {Missing: MissingMean, Without: []string{"city"}}} {
		d, err := openText(t, "people.csv", people, Options{Preparation: p})
		if err != nil {
			t.Fatal(err)
		}
		if before, twice := seen[d.Digest]; twice {
			t.Errorf("%+v and %+v have the same digest", before, p)
		}
		seen[d.Digest] = p
	}
	const whole = "a,b\n1,0\n2,1\n"
	plain, err := openText(t, "a.csv", whole, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if filled, err := openText(t, "a.csv", whole, Options{Preparation: Preparation{Missing: MissingMean, OneHot: true}}); err != nil || filled.Digest != plain.Digest {
		t.Errorf("a file without gaps and words has another digest where they would be allowed (%v)", err)
	}
}

// Hand-made: words in the order of the alphabet, each with a column; a cell
// with nothing in it is the mean of its column, (30000+90000+60000)/3, or of no word.
func TestWordsAndGaps(t *testing.T) {
	tests := []struct {
		name, text string
		p          Preparation
		want       [][]float64
		labels     []int32
	}{
		{
			"one-hot, mean", people,
			Preparation{Missing: MissingMean, OneHot: true},
			[][]float64{{25, 30000, 0, 0, 1, 40}, {47, 60000, 0, 1, 0, 38}, {33, 90000, 0, 0, 1, 35}, {51, 60000, 1, 0, 0, 42}},
			[]int32{0, 1, 1, 0},
		},
		{
			"one-hot, drop", people,
			Preparation{Missing: MissingDrop, OneHot: true},
			[][]float64{{25, 30000, 0, 1, 40}, {33, 90000, 0, 1, 35}, {51, 60000, 1, 0, 42}},
			[]int32{0, 1, 0},
		},
		{
			"columns left out", people,
			Preparation{Without: []string{"city", "2"}},
			[][]float64{{25, 40}, {47, 38}, {33, 35}, {51, 42}},
			[]int32{0, 1, 1, 0},
		},
		{
			"no word", "a,b,y\n1,x,0\n2,?,1\n3,NA,0\n",
			Preparation{Missing: MissingMean, OneHot: true},
			[][]float64{{1, 1}, {2, 0}, {3, 0}},
			[]int32{0, 1, 0},
		},
		{
			"without a header", "1,x,p\n2,z,q\n",
			Preparation{OneHot: true},
			[][]float64{{1, 1, 0}, {2, 0, 1}},
			[]int32{0, 1},
		},
		{
			"a word after numbers", "a,b,y\n1,7,0\n2,B7,1\n3,7,0\n",
			Preparation{OneHot: true},
			[][]float64{{1, 1, 0}, {2, 0, 1}, {3, 1, 0}},
			[]int32{0, 1, 0},
		},
		{
			"nothing in the first row", "a,b,y\n,7,0\n2,8,1\n,9,1\n",
			Preparation{Missing: MissingMean},
			[][]float64{{2, 7}, {2, 8}, {2, 9}},
			[]int32{0, 1, 1},
		},
		{
			"nothing in a whole column", "a,b,y\n,7,0\n,8,1\n",
			Preparation{Missing: MissingMean},
			[][]float64{{0, 7}, {0, 8}},
			[]int32{0, 1},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := openText(t, "a.csv", test.text, Options{Preparation: test.p})
			if err != nil {
				t.Fatal(err)
			}
			if got := dense(d.Train); !reflect.DeepEqual(got, test.want) || !slices.Equal(d.Train.Labels, test.labels) {
				t.Errorf("got %v, labels %v, want %v, %v", got, d.Train.Labels, test.want, test.labels)
			}
			if names := d.columns; len(names) != d.Features {
				t.Errorf("got the names %q for %d features", names, d.Features)
			}
		})
	}
}

// A test file is read as its training file: words are numbered by that one.
func TestWordsOfTestFile(t *testing.T) {
	o := Options{Preparation: Preparation{OneHot: true}}
	o.Test = writeFile(t, filepath.Join(t.TempDir(), "test.csv"), []byte("c,d,y\n7,1,0\nz,2,1\nx,3,0\n"))
	d, err := openText(t, "a.csv", "c,d,y\nx,1,0\nz,2,1\n", o)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := dense(d.Test), [][]float64{{0, 0, 1}, {0, 1, 2}, {1, 0, 3}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if notes := strings.Join(d.Notes, "\n"); !strings.Contains(notes, "the test file has 1 words that the training file has not") {
		t.Errorf("got the notes %q", notes)
	}
	o.Test = writeFile(t, filepath.Join(t.TempDir(), "test.csv"), []byte("c,d,y\nx,u,0\n"))
	_, err = openText(t, "a.csv", "c,d,y\nx,1,0\nz,2,1\n", o)
	checkError(t, err, "test.csv: line 2", `"u" as field 2 ("d")`, "a number as in the training file")
}

// What a file cannot be read without is named, all of it at once.
func TestHelp(t *testing.T) {
	many := func(n int) string {
		var b strings.Builder
		b.WriteString("name,city,a,y\n")
		for i := range n {
			fmt.Fprintf(&b, "p%d,%c,%d,%d\n", i, 'A'+i%3, i, i%2)
		}
		return b.String()
	}
	tests := []struct {
		name, text string
		p          Preparation
		want       []string
	}{
		{
			"as people have it", people,
			Preparation{},
			[]string{`line 2: found "Rome" as field 3 ("city"), expected a number: --missing mean --one-hot --standardize reads it`},
		},
		{
			"half of it asked for", people,
			Preparation{OneHot: true},
			[]string{`line 3: found "" as field 2 ("income"), expected a number: --missing mean --one-hot --standardize reads it`},
		},
		{"not available", "a,b\nNA,1\n3,0\n", Preparation{}, []string{`line 2: found "NA" as field 1 ("a"), expected a number: --missing mean reads it`}},
		{"not a number", "a,b\nnan,1\n3,0\n", Preparation{}, []string{`found "nan" as field 1 ("a"), expected a finite number: --missing mean reads it`}},
		{"a name in each row", many(300), Preparation{}, []string{`"p0" as field 1 ("name")`, ": --one-hot --without name reads it"}},
		{"too many words", many(300), Preparation{OneHot: true}, []string{`line 258: found "p256" as word 257 of field 1 ("name"), expected at most 256 different ones: --one-hot --without name reads it`}},
		{"no label", "a,b\n1,x\n2,\n3,z\n", Preparation{}, []string{"line 3: found nothing in field 2, expected a label: --missing drop reads it"}},
		{"something else is wrong too", "a,b,y\n1,x,0\n2,1\n", Preparation{}, []string{`line 2: found "x" as field 2 ("b"), expected a number: try --one-hot`}},
		{"a fraction that is not decimal", "a,b,y\n1,0x1p-2,0\n2,1,1\n", Preparation{}, []string{`line 2: found "0x1p-2" as field 2 ("b"), expected a decimal number, which would be 0.25`}},
		{"a number in groups", "a,b,y\n1,1_000,0\n2,1,1\n", Preparation{OneHot: true}, []string{`line 2: found "1_000" as field 2 ("b"), expected a decimal number, which would be 1000`}},
		{"a number that is not decimal", "a,b,y\n1,0x10,0\n2,1,1\n", Preparation{}, []string{`line 2: found "0x10" as field 2 ("b"), expected a decimal number, which would be 16`}},
		{"a decimal comma", "a;b;y\n1;2,5;0\n2;1,25;1\n", Preparation{}, []string{`line 2: found "2,5" as field 2 ("b"), expected a number with a point before its decimals, as 2.5`}},
		{"no such column", people, Preparation{Without: []string{"town"}}, []string{"line 1", `"city"`, `a column "town" to leave out`}},
		{"the label dropped", people, Preparation{Without: []string{"class"}}, []string{"line 1", `the label in column "class"`, "a feature"}},
		{"every row has a gap", "a,b\n,1\n,0\n", Preparation{Missing: MissingDrop}, []string{"each of the 2 rows", "--missing mean"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := openText(t, "a.csv", test.text, Options{Preparation: test.p})
			checkError(t, err, test.want...)
		})
	}
	_, err := openText(t, "a.svm", "1 1:2\n", Options{Preparation: Preparation{OneHot: true}})
	checkError(t, err, "a.svm", "no CSV file", "--one-hot")
}

// Scales a thousandfold apart are spoken of, and nothing else is.
func TestScalesOffer(t *testing.T) {
	tests := []struct {
		name, text string
		want       string // "" for none
	}{
		{"income and hours", "age,income,hours,y\n25,30000,40,0\n47,50000,38,1\n33,90000,35,1\n", `("income" is about 6.2e+04, "hours" varies by 2.1)`},
		{"a mean far from 0", "1,20001,0\n2,20002,1\n3,20001,0\n4,20003,1\n", "(column 2 is about 2e+04, column 2 varies by 0.83)"},
		{"a rare one", strings.Repeat("1,0,0\n2,0,1\n3,0,1\n", 2000) + "2,1,0\n", ""},
		{"a constant", "1000000,1,0\n1000000,2,1\n", ""},
		{"pixels", "0,255,0\n3,1,1\n200,7,1\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := openText(t, "a.csv", test.text, Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(d.Notes, "\n")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) || strings.Contains(got, "--standardize") != (test.want != "") {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if d, err = openText(t, "a.csv", test.text, Options{Preparation: Preparation{Standardize: true}}); err != nil || d.scales() != "" {
				t.Errorf("standardized, they still lie apart: %s (%v)", d.scales(), err)
			}
		})
	}
}

// A file with an index 0 anywhere has its indices from 0, and its test file too.
func TestZeroBased(t *testing.T) {
	d, err := openText(t, "a.svm", "1 1:5\n0 0:3 2:1\n", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := dense(d.Train), [][]float64{{0, 5, 0}, {3, 0, 1}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !slices.Contains(d.Notes, "indices of features are from 0") {
		t.Errorf("got the notes %q", d.Notes)
	}
	for _, files := range [][2]string{{"1 0:5\n0 1:3\n", "1 1:2\n"}, {"1 1:5\n0 1:3\n", "1 0:2\n"}} {
		o := Options{Test: writeFile(t, filepath.Join(t.TempDir(), "test"), []byte(files[1]))}
		if d, err = openText(t, "a.svm", files[0], o); err != nil {
			t.Fatal(err)
		}
		if d.Features != 2 || d.Train.X.Cols() != 2 {
			t.Errorf("%q: got %d features, want 2", files, d.Features)
		}
	}
}

// A gzip bomb of lines is left after its first megabytes.
func TestBombOfLines(t *testing.T) {
	line := "1,0," + strings.Repeat(" ", 4096) + "1\n"
	bomb := zip(t, bytes.Repeat([]byte(line), 40<<20/len(line)))
	path := writeFile(t, filepath.Join(t.TempDir(), "a.csv.gz"), bomb)
	_, err := readFile(t.Context(), path, textForm{}, &meter{})
	checkError(t, err, "a.csv.gz: byte 33", "more than 200 bytes for each one stored", "gunzip it first")
}

// FuzzPrepared reads all that can be read of a file, and prepares it: what comes
// of it are finite numbers, and errors have one line.
func FuzzPrepared(f *testing.F) {
	f.Add([]byte(people), true, true, true)
	f.Add([]byte("a,b,y\n,x,0\n2,?,1\n1,,0\n"), true, false, true)
	f.Add([]byte("a,b,y\n1,x,0\n2,3,1\n1,,0\n"), false, true, false)
	f.Fuzz(func(t *testing.T, file []byte, mean, oneHot, standardize bool) {
		p := Preparation{Missing: MissingDrop, OneHot: oneHot, Standardize: standardize}
		if mean {
			p.Missing = MissingMean
		}
		d, err := openText(t, "a.csv", string(file), Options{Preparation: p})
		if err != nil {
			checkError(t, err)
			return
		}
		for i := range d.Train.Len() {
			d.Train.X.Row(i, func(col int, v float64) {
				if col >= d.Features || math.IsNaN(v) {
					t.Fatalf("got %v in column %d of %d", v, col, d.Features)
				}
			})
		}
	})
}
