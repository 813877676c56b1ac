package data

import "optwatch/optimizers/matrix"

// Split is a set of examples. Labels are for classes, Targets for regression;
// the other is nil.
type Split struct {
	X       matrix.Matrix
	Labels  []int32
	Targets []float64
}

// Len is the number of examples, 0 for the zero Split.
func (s Split) Len() int {
	if s.X == nil {
		return 0
	}
	return s.X.Rows()
}

// slice is the examples lo to hi (exclusive); an empty one is the zero Split.
func (s Split) slice(lo, hi int) Split {
	if lo == hi {
		return Split{}
	}
	part := Split{X: s.X.Slice(lo, hi)}
	if s.Labels != nil {
		part.Labels = s.Labels[lo:hi:hi]
	}
	if s.Targets != nil {
		part.Targets = s.Targets[lo:hi:hi]
	}
	return part
}

// Dataset is what a run trains on. It is immutable and shared.
type Dataset struct {
	Name             string // "mnist", "digits", the base name of a path
	Train, Val, Test Split
	Features         int
	Classes          []string // names of the classes in label order; nil for regression

	// Digest is the SHA-256, in hex, of the content of the training file and
	// of the test file, before the training file is split.
	Digest string

	Synthetic bool     // drawn, not measured
	Scaled    bool     // its columns are standardized
	Notes     []string // lines that the user should know

	columns []string // names of the features; nil where they have none
}

// Options say what to open.
type Options struct {
	Name  string // auto, digits, mnist, fashion-mnist or a path; "" is auto
	Dir   string // data directory; "" is DefaultDir()
	Val   int    // validation examples; negative is the default of the data set
	Test  string // test file, with a path only
	Label string // label column by name, with CSV only; "" finds it
	Preparation
}

// Progress hears how far the loading of what has come. A total of 0 is unknown.
type Progress func(what string, done, total int64)
