package data

import (
	"context"
	"fmt"

	"optwatch/optimizers/matrix"
)

// table is one data file as it was read. What its labels mean and how wide its
// matrix is become clear once the training file and the test file are both known.
type table struct {
	path      string
	x         *matrix.Collector
	labels    column
	labelPath string // where the labels are, if elsewhere
	shape     string // of the images in it, or ""
	open      bool   // the file shows which features occur, not how many there are

	columns  []csvColumn // the features of a CSV file, as they stand there; nil for any other
	words    []bool      // the columns in the file that hold words, its label among them
	features []string    // names of the columns of the matrix, where they are not those of the file
	gaps     int         // cells with nothing in them
	zero     bool        // the indices of its features are from 0
	notes    []string    // that the user should know
}

// assemble makes the data set of a training file and a test file, which may be
// nil. Without classes it is one for regression.
func assemble(ctx context.Context, name string, train, test *table, known *classes, v validation) (*Dataset, error) {
	cols, err := width(train, test)
	if err != nil {
		return nil, err
	}
	val, err := v.size(name, train.x.Rows())
	if err != nil {
		return nil, err
	}
	d := &Dataset{Name: name, Features: cols, columns: train.names(), Notes: train.notes}
	if known != nil {
		d.Classes = known.names
	}
	all, err := train.split(cols, known)
	if err != nil {
		return nil, err
	}
	if test != nil {
		if d.Test, err = test.split(cols, known); err != nil {
			return nil, err
		}
	}
	if d.Digest, err = digest(ctx, cols, d.Classes, all, d.Test); err != nil {
		return nil, err
	}
	if v.shuffle {
		drawLast(all, val)
	}
	d.Train, d.Val = all.slice(0, all.Len()-val), all.slice(all.Len()-val, all.Len())
	return d, nil
}

// width is the number of columns of both files. Only a sparse file may have
// less of them than the other, as its last features need not occur.
func width(train, test *table) (int, error) {
	if test == nil {
		return train.x.Cols(), nil
	}
	if train.shape != test.shape {
		return 0, fmt.Errorf("%s: found %s, expected %s as in %s", test.path, test.kind(), train.kind(), train.path)
	}
	a, b := train.x.Cols(), test.x.Cols()
	if a < b && !train.open || b < a && !test.open {
		return 0, fmt.Errorf("%s: found %d features, expected %d as in %s", test.path, b, a, train.path)
	}
	return max(a, b), nil
}

func (t *table) kind() string {
	if t.shape == "" {
		return "a text file"
	}
	return "images of " + t.shape + " pixels"
}

// split gives all rows of the table, with their labels numbered.
func (t *table) split(cols int, known *classes) (Split, error) {
	path := t.path
	if t.labelPath != "" {
		path = t.labelPath
	}
	s := Split{}
	switch {
	case known != nil:
		labels, err := known.number(&t.labels, path)
		if err != nil {
			return Split{}, err
		}
		s.Labels = labels
	case t.labels.name != nil:
		return Split{}, fmt.Errorf("%s: found labels that are names, expected numbers as in the training file", path)
	default:
		s.Targets = t.labels.number
	}
	s.X = t.x.Matrix(cols)
	return s, nil
}
