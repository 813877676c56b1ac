package data

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestLIBSVM(t *testing.T) {
	text := "# a comment\n+1 1:0.5 3:-2 # and another\n\n-1\t2:1e2\t5:0\r\n3 \n"
	d, err := openText(t, "some.data", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{{.5, 0, -2, 0, 0}, {0, 100, 0, 0, 0}, {0, 0, 0, 0, 0}}
	if got := dense(d.Train); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !slices.Equal(d.Classes, []string{"-1", "+1", "+3"}) || !slices.Equal(d.Train.Labels, []int32{1, 0, 2}) || d.Train.Targets != nil {
		t.Errorf("got classes %q, labels %v", d.Classes, d.Train.Labels)
	}
	if d.Name != "some.data" || d.Features != 5 {
		t.Errorf("got name %q, %d features", d.Name, d.Features)
	}
}

func TestCSV(t *testing.T) {
	want := [][]float64{{1, .5}, {0, -2}, {4, 255}}
	tests := []struct {
		name, file, text, label string
		classes                 []string
		labels                  []int32
		targets                 []float64
	}{
		{"label last", "a.csv", "1,.5,7\n0,-2,8\n4,255,7\n", "", []string{"7", "8"}, []int32{0, 1, 0}, nil},
		{"by its commas", "a.data", "1,.5,7\n0,-2,8\n4,255,7\n", "", []string{"7", "8"}, []int32{0, 1, 0}, nil},
		{"header and label first", "a.csv", "Label,p0,p1\n7,1,.5\n8,0,-2\n7,4,255\n", "", []string{"7", "8"}, []int32{0, 1, 0}, nil},
		{"header of numbers", "a.csv", "target,0,1\n7,1,.5\n8,0,-2\n7,4,255\n", "", []string{"7", "8"}, []int32{0, 1, 0}, nil},
		{"label named", "a.csv", "a,kind,b\n1,-1,.5\n0,1,-2\n4,1,255\n", "kind", []string{"-1", "+1"}, []int32{0, 1, 1}, nil},
		{"names", "iris.csv", "1,.5,dog\n0,-2,cat\n4,255,dog\n", "", []string{"cat", "dog"}, []int32{1, 0, 1}, nil},
		{"y is a class", "a.csv", "1,.5,y\n0,-2,n\n4,255,y\n", "", []string{"n", "y"}, []int32{1, 0, 1}, nil},
		{"y is a header", "a.csv", "a,b,y\n1,.5,y\n0,-2,n\n4,255,y\n", "", []string{"n", "y"}, []int32{1, 0, 1}, nil},
		{"tabs and mark", "a.tsv", "\xef\xbb\xbf1\t.5\t7\r\n0\t-2\t8\r\n\r\n4\t255\t7", "", []string{"7", "8"}, []int32{0, 1, 0}, nil},
		{"semicolons", "a.csv", "1;.5;7\n0;-2;8\n4;255;7\n", "", []string{"7", "8"}, []int32{0, 1, 0}, nil},
		{"quotes", "a.csv", "\"a\",\"b\",\"c\"\n1 , .5,\"x, \"\"y\"\"\"\n0,\"-2\",z\n4,255,z\n", "", []string{`x, "y"`, "z"}, []int32{0, 1, 1}, nil},
		{"regression", "a.csv", "1,.5,7\n0,-2,8.25\n4,255,7\n", "", nil, nil, []float64{7, 8.25, 7}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := openText(t, test.file, test.text, Options{Label: test.label})
			if err != nil {
				t.Fatal(err)
			}
			if got := dense(d.Train); !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if !slices.Equal(d.Classes, test.classes) || !slices.Equal(d.Train.Labels, test.labels) || !slices.Equal(d.Train.Targets, test.targets) {
				t.Errorf("got classes %q, labels %v, targets %v", d.Classes, d.Train.Labels, d.Train.Targets)
			}
		})
	}
}

func TestBrokenText(t *testing.T) {
	tests := []struct {
		name, file, text, label string
		want                    []string
	}{
		{"empty", "a.csv", "", "", []string{"a.csv", "empty file"}},
		{"blank", "a.svm", "\n\n", "", []string{"line 3", "end of the file", "an example"}},
		{"header alone", "a.csv", "a,b\n", "", []string{"line 2", "end of the file", "an example"}},
		{"label no number", "a", "1 1:2\nspam 1:2\n", "", []string{"line 2", `"spam"`, "a number"}},
		{"labels many", "a", "1,2 1:2\n", "", []string{"line 1", `"1,2"`, "a number"}},
		{"label infinite", "a", "inf 1:2\n", "", []string{"line 1", `"inf"`, "finite"}},
		{"feature no number", "a", "1 1:2 2:x\n", "", []string{"line 1", `"x"`, "feature 2", "a number"}},
		{"feature NaN", "a", "1 1:NaN\n", "", []string{"line 1", `"NaN"`, "finite"}},
		{"feature too large", "a", "1 1:1e999\n", "", []string{"line 1", `"1e999"`, "finite"}},
		{"feature empty", "a", "1 1:\n", "", []string{"line 1", `""`, "a number"}},
		{"no pair", "a", "1 5\n", "", []string{"line 1", `"5"`, "index:value"}},
		{"query", "a", "1 qid:3 1:2\n", "", []string{"line 1", `"qid:3"`, "not supported"}},
		{"index below 0", "a", "1 -1:2\n", "", []string{"line 1", `"-1"`, "from 0 or 1"}},
		{"index 0 late in its row", "a", "1 3:1 0:2\n", "", []string{"line 1", "index 0 after index 3", "rise"}},
		{"index absurd", "a", "1 99999999999:2\n", "", []string{"line 1", `"99999999999"`, "to 33554432"}},
		{"index falls", "a", "1 1:1\n1 3:1 2:1\n", "", []string{"line 2", "index 2 after index 3", "rise"}},
		{"index twice", "a", "1 3:1 3:1\n", "", []string{"line 1", "index 3 after index 3", "rise"}},
		{"ragged", "a.csv", "1,2,3\n1,2\n", "", []string{"line 2", "2 fields", "3"}},
		{"longer", "a.csv", "a,b,label\n1,2,3\n\n1,2,3,4\n", "", []string{"line 4", "4 fields", "3"}},
		{"field no number", "a.csv", "1,2,3\n1,x,3\n", "", []string{"line 2", "field 2", `"x"`, "a number"}},
		{"field NaN", "a.csv", "nan,2,3\n1,1,3\n", "", []string{"line 1", "field 1", `"nan"`, "finite"}},
		{"field empty", "a.csv", "1,,3\n", "", []string{"line 1", "field 2", `""`, "a number"}},
		{"label after numbers", "a.csv", "1,2,3\n1,2,three\n", "", []string{"line 2", "label", `"three"`, "a number"}},
		{"label missing", "a.csv", "1,2,cat\n1,2,\n", "", []string{"line 2", "nothing", "a label"}},
		{"one column", "a.csv", "1\n2\n", "", []string{"line 1", "1 field", "features and a label"}},
		{"open quote", "a.csv", "1,2,3\n1,\"2,3\n", "", []string{"line 2", "quote"}},
		{"no such label", "a.csv", "a,b,c\n1,2,3\n", "d", []string{"line 1", `"a" "b" "c"`, `"d"`}},
		{"label of LIBSVM", "a.svm", "1 1:2\n", "d", []string{`"d"`, "a.svm", "no CSV file"}},
		{"IDX by name", "images-idx3-ubyte", "1 1:2\n", "", []string{"no such file", "labels-idx1-ubyte"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := openText(t, test.file, test.text, Options{Label: test.label})
			checkError(t, err, test.want...)
			if d != nil {
				t.Error("got half a data set")
			}
		})
	}
}

func TestLongLine(t *testing.T) {
	bomb := zip(t, slices.Repeat([]byte("1"), maxLine+1))
	path := writeFile(t, filepath.Join(t.TempDir(), "a.gz"), bomb)
	_, err := readFile(t.Context(), path, textForm{}, &meter{})
	checkError(t, err, "line 1", "without a line break")
}

func TestTestFile(t *testing.T) {
	tests := []struct {
		name, train, test string
		want              []string // of the error, none for success
		features          int
	}{
		{"fewer features", "1 1:1 4:1\n0 2:1\n", "0 3:1\n", nil, 4},
		{"more features", "1 1:1\n0 2:1\n", "0 7:1\n", nil, 7},
		{"unknown label", "1 1:1\n0 2:1\n", "0 1:1\n\n2 1:1\n", []string{"test", "line 3", `"2"`, "[0 1]"}, 0},
		{"unknown name", "1,2,cat\n1,2,dog\n", "1,2,cow\n", []string{"test", "line 1", `"cow"`, "[cat dog]"}, 0},
		{"names for numbers", "1,2,.5\n1,2,3\n", "1,2,cow\n", []string{"test", "names", "numbers"}, 0},
		{"more columns", "1,2,0\n1,2,3\n", "1,2,4,3\n", []string{"test", "3 features", "2"}, 0},
		{"regression", "1 1:1\n0.5 2:1\n", "9 1:1\n", nil, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := writeFile(t, filepath.Join(t.TempDir(), "test"), []byte(test.test))
			d, err := openText(t, "train", test.train, Options{Test: path})
			if test.want != nil {
				checkError(t, err, test.want...)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d.Features != test.features || d.Train.X.Cols() != test.features || d.Test.X.Cols() != test.features {
				t.Errorf("got %d features, matrices of %d and %d, want %d", d.Features, d.Train.X.Cols(), d.Test.X.Cols(), test.features)
			}
		})
	}
}

func FuzzLIBSVM(f *testing.F) {
	f.Add([]byte("# a comment\n+1 1:0.5 3:-2 # and another\n\n-1\t2:1e2\t5:0\r\n3 \n"))
	f.Add([]byte("1 qid:3 1:2\n"))
	f.Add([]byte("1 1:NaN 2:-0 3:1e-999\n"))
	f.Add(zip(f, []byte("0.5 1:1\n")))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := newSource("fuzz", bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Skip("its gzip header is broken: there is nothing to parse")
		}
		checkTable(t, func() (*table, error) { return readLIBSVM(s, false) })
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("a,b,y\n1,.5,y\n0,-2,n\n4,255,y\n"), "")
	f.Add([]byte("a;\"b;b\";kind\n1;.5;\"x\"\"\"\n"), "kind")
	f.Add([]byte("\xef\xbb\xbf1\t.5\t7\r\n"), "")
	f.Fuzz(func(t *testing.T, file []byte, label string) {
		s, err := newSource("fuzz", bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Skip("its gzip header is broken: there is nothing to parse")
		}
		checkTable(t, func() (*table, error) { return readCSV(s, textForm{label: label, sep: separator(firstLine(file))}) })
	})
}

// checkTable checks what holds for every table that is read without an error.
func checkTable(t *testing.T, read func() (*table, error)) {
	table, err := read()
	if err != nil {
		checkError(t, err, "expected")
		return
	}
	n := table.x.Rows()
	if n == 0 || table.labels.len() != n || len(table.labels.at) != n {
		t.Fatalf("got %d rows, %d labels, %d lines", n, table.labels.len(), len(table.labels.at))
	}
	known := infer(&table.labels)
	s, err := table.split(table.x.Cols(), known)
	if err != nil {
		t.Fatalf("got the error %v for the training labels themselves", err)
	}
	for _, label := range s.Labels {
		if int(label) >= len(known.names) {
			t.Fatalf("got label %d of %d classes", label, len(known.names))
		}
	}
	for i := range n {
		s.X.Row(i, func(col int, value float64) {
			if col >= s.X.Cols() || value-value != 0 {
				t.Fatalf("got %v in column %d of %d", value, col, s.X.Cols())
			}
		})
	}
}

// A file of names in which each is another class is left at the first that is one too
// many, however long it is.
func TestNamesUpToTheFirstClassTooMany(t *testing.T) {
	var text strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&text, "%d,name-%d\n", i, i)
	}
	packed := zip(t, []byte(text.String()))
	r := &countedReader{r: bytes.NewReader(packed)}
	s, err := newSource("names.csv.gz", &meteredReader{ctx: context.Background(), r: r, m: &meter{}}, int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = readCSV(s, textForm{sep: ','})
	checkError(t, err, "names.csv.gz: line 1001", `found "name-1000" after 1000 other classes`)
	if r.n > int64(len(packed))/2 {
		t.Errorf("%d of %d bytes were read for the line 1001 of 200,000", r.n, len(packed))
	}
}

// A decimal is the number that strconv makes of the same text, which is the
// nearest to it, to the last bit.
func TestDecimal(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	fields := []string{"", "-", "+", ".", "-.", "1e5", "nan", "0x1", "1_0", "--1", "1.2.3", "0", "-0", "+7", "-.5", "5.", "007", "999999999999999", "0.999999999999999", "-123456789012345", "1234567890123456", ".000000000000001", "0.0000000000000001"}
	for range 20_000 {
		fields = append(fields, strconv.FormatFloat(r.NormFloat64()*math.Pow(10, float64(r.IntN(9)-4)), 'f', r.IntN(12), 64))
	}
	read := 0
	for _, field := range fields {
		got, ok := decimal([]byte(field))
		want, err := strconv.ParseFloat(field, 64)
		if ok && (err != nil || math.Float64bits(got) != math.Float64bits(want)) {
			t.Fatalf("%q: got %v, want %v, %v", field, got, want, err)
		}
		if ok {
			read++
		}
	}
	if read < 15_000 {
		t.Errorf("%d of %d fields are read: the others take the long way", read, len(fields))
	}
}

// −0 and 0 are one class.
func TestNegativeZeroLabel(t *testing.T) {
	for file, text := range map[string]string{"a.csv": "1,-0\n2,1\n3,0\n", "a.svm": "-0 1:1\n1 1:2\n0 1:3\n"} {
		d, err := openText(t, file, text, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.Classes, []string{"0", "1"}) || !slices.Equal(d.Train.Labels, []int32{0, 1, 0}) {
			t.Errorf("%s: classes %q, labels %v", file, d.Classes, d.Train.Labels)
		}
	}
}
