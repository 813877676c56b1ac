package data

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"
)

// loadPath loads a file of the user's, and the test file if there is one.
func loadPath(ctx context.Context, o Options, m *meter) (*Dataset, error) {
	train, test, err := readBoth(ctx, o, m)
	if err != nil {
		return nil, err
	}
	known := infer(&train.labels)
	train, test = expand(train, test)
	v := validation{asked: o.Val, usual: sixth, shuffle: train.shape == ""}
	d, err := assemble(ctx, filepath.Base(o.Name), train, test, known, v)
	if err != nil || train.shape != "" || o.Standardize {
		return d, err
	}
	if offer := d.scales(); offer != "" {
		d.Notes = append(d.Notes, offer)
	}
	return d, nil
}

// readBoth reads the training file and the test file, nil if there is none, the
// same way: what the one shows of the columns or indices holds of the other.
func readBoth(ctx context.Context, o Options, m *meter) (train, test *table, err error) {
	form := textForm{Preparation: o.Preparation, label: o.Label}
	if o.Test == "" {
		train, err = readFile(ctx, o.Name, form, m)
		return train, nil, err
	}
	if o.OneHot { // the words of the training file are known before
		if train, err = readFile(ctx, o.Name, form, m); err != nil {
			return nil, nil, err
		}
		form.words, form.only = train.words, true
		test, err = readFile(ctx, o.Test, form, m)
		return train, test, err
	}
	g, sub := errgroup.WithContext(ctx)
	g.Go(guarded(func() (err error) {
		train, err = readFile(sub, o.Name, form, m)
		return err
	}))
	g.Go(guarded(func() (err error) {
		test, err = readFile(sub, o.Test, form, m)
		return err
	}))
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	form.zero = true
	if train.zero && !test.zero && test.open {
		test, err = readFile(ctx, o.Test, form, m)
	}
	if test.zero && !train.zero && train.open {
		train, err = readFile(ctx, o.Name, form, m)
	}
	return train, test, err
}

// readFile reads a file of any format. Its first bytes tell which, and for
// text its name helps. What is no number is an error that says what helps.
func readFile(ctx context.Context, path string, form textForm, m *meter) (*table, error) {
	t, err := readTable(ctx, path, form, m)
	if h := (helpable{}); errors.As(err, &h) {
		return nil, advised(ctx, path, form, h)
	}
	return t, err
}

// readTable reads a file, and once more where it shows only later what all of
// it is to be read as.
func readTable(ctx context.Context, path string, form textForm, m *meter) (*table, error) {
	format, sep, err := probe(ctx, path)
	if err != nil {
		return nil, err
	}
	if format != formatCSV && form.label != "" {
		return nil, fmt.Errorf("label column %q: %s is no CSV file", form.label, path)
	}
	if format != formatCSV && form.ofCSV() {
		return nil, fmt.Errorf("%s: found no CSV file, expected one with --missing, --one-hot or --without", path)
	}
	if format == formatIDX {
		return readIDX(ctx, path, m)
	}
	for form.sep = sep; ; {
		t, err := readText(ctx, path, format, form, m)
		again := wordsAt{}
		switch {
		case errors.As(err, &again):
			form.words = again.words
		case errors.Is(err, errZeroBased):
			form.zero = true
		default:
			return t, err
		}
	}
}

// readText reads a file of text once.
func readText(ctx context.Context, path string, f format, form textForm, m *meter) (*table, error) {
	s, err := openSource(ctx, path, m)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if f == formatCSV {
		return readCSV(s, form)
	}
	return readLIBSVM(s, form.zero)
}

// probe tells the format of a file, and the separator if it is CSV.
func probe(ctx context.Context, path string) (format, byte, error) {
	s, err := openSource(ctx, path, &meter{})
	if err != nil {
		return 0, 0, err
	}
	defer s.Close()
	head, err := s.text.Peek(sourceBuffer / 2)
	if len(head) == 0 {
		return 0, 0, s.fault(err, "data")
	}
	return sniff(path, head), separator(firstLine(head)), nil
}

type format int

const (
	formatIDX format = iota
	formatCSV
	formatLIBSVM
)

// sniff tells the format from the file's name and first bytes. Text with a
// separator and no colon in its first line is CSV.
func sniff(path string, head []byte) format {
	if bytes.HasPrefix(head, []byte{0, 0}) || strings.Contains(filepath.Base(path), "idx3-ubyte") {
		return formatIDX
	}
	switch strings.ToLower(filepath.Ext(strings.TrimSuffix(path, ".gz"))) {
	case ".csv", ".tsv":
		return formatCSV
	case ".libsvm", ".svm", ".svmlight":
		return formatLIBSVM
	}
	if line := firstLine(head); bytes.ContainsAny(line, ",;") && !bytes.Contains(line, []byte(":")) {
		return formatCSV
	}
	return formatLIBSVM
}

// firstLine is the first line that is neither empty nor a comment.
func firstLine(head []byte) []byte {
	for line := range bytes.Lines(head) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return line
		}
	}
	return nil
}
