package data

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"
)

// loadPath loads a file of the user's, and the test file if there is one.
func loadPath(ctx context.Context, o Options, m *meter) (*Dataset, error) {
	var train, test *table
	g, sub := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		train, err = readFile(sub, o.Name, o.Label, m)
		return err
	})
	if o.Test != "" {
		g.Go(func() (err error) {
			test, err = readFile(sub, o.Test, o.Label, m)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	known, err := infer(&train.labels, train.path)
	if err != nil {
		return nil, err
	}
	v := validation{asked: o.Val, usual: sixth, shuffle: train.shape == ""}
	return assemble(ctx, filepath.Base(o.Name), train, test, known, v)
}

// readFile reads a file of any format. Its first bytes tell which, and for
// text its name helps.
func readFile(ctx context.Context, path, label string, m *meter) (*table, error) {
	format, sep, err := probe(ctx, path)
	switch {
	case err != nil:
		return nil, err
	case label != "" && format != formatCSV:
		return nil, fmt.Errorf("label column %q: %s is no CSV file", label, path)
	case format == formatIDX:
		return readIDX(ctx, path, m)
	}
	s, err := openSource(ctx, path, m)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if format == formatCSV {
		return readCSV(s, label, sep)
	}
	return readLIBSVM(s)
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
