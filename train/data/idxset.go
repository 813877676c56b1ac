package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"
)

// idxNames are the files of a set in the format of MNIST.
var idxNames = [4]string{
	"train-images-idx3-ubyte",
	"train-labels-idx1-ubyte",
	"t10k-images-idx3-ubyte",
	"t10k-labels-idx1-ubyte",
}

// findFiles looks for the four files in a directory. A gzipped one goes before
// a plain one, as it is what a download writes and verifies.
func findFiles(dir string) (paths [4]string, err error) {
	for i, name := range idxNames {
		if paths[i], err = findFile(filepath.Join(dir, name)); err != nil {
			return paths, err
		}
	}
	return paths, nil
}

func findFile(path string) (string, error) {
	for _, p := range []string{path + ".gz", path} {
		_, err := os.Stat(p)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return p, err
		}
	}
	return "", fmt.Errorf("%s: no such file, with .gz or without", path)
}

// loadSet loads one of the catalogue from the data directory.
func loadSet(ctx context.Context, set fetchable, o Options, m *meter) (*Dataset, error) {
	dir := filepath.Join(o.Dir, set.name)
	paths, err := findFiles(dir)
	if err != nil {
		return nil, fmt.Errorf(`%w; "optwatch data get %s" fetches it`, err, set.name)
	}
	train, test, err := readSet(ctx, paths, tenDigits(), m)
	if err != nil {
		return nil, err
	}
	if want := "28×28"; train.shape != want {
		return nil, fmt.Errorf("%s: byte 8: found images of %s pixels, expected %s", paths[0], train.shape, want)
	}
	return assemble(ctx, set.name, train, test, tenDigits(), validation{o.Val, set.val, false})
}

// loadDirectory loads a directory of the user's that holds the four files.
func loadDirectory(ctx context.Context, o Options, m *meter) (*Dataset, error) {
	if o.Test != "" {
		return nil, fmt.Errorf("test file %s: %s is a directory and holds a test set of its own", o.Test, o.Name)
	}
	if o.Label != "" {
		return nil, fmt.Errorf("label column %q: %s is no CSV file", o.Label, o.Name)
	}
	if o.ofCSV() {
		return nil, fmt.Errorf("%s: found a directory, expected a CSV file with --missing, --one-hot or --without", o.Name)
	}
	paths, err := findFiles(o.Name)
	if err != nil {
		return nil, fmt.Errorf("%w; expected the directory to hold %s", err, strings.Join(idxNames[:], ", "))
	}
	train, test, err := readSet(ctx, paths, nil, m)
	if err != nil {
		return nil, err
	}
	return assemble(ctx, filepath.Base(o.Name), train, test, infer(&train.labels), validation{o.Val, sixth, false})
}

// readSet reads all four files at once, whose labels are among the classes that are
// known, if any are.
func readSet(ctx context.Context, paths [4]string, known *classes, m *meter) (train, test *table, err error) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(guarded(func() (err error) {
		train, err = readPair(ctx, paths[0], paths[1], known, m)
		return err
	}))
	g.Go(guarded(func() (err error) {
		test, err = readPair(ctx, paths[2], paths[3], known, m)
		return err
	}))
	return train, test, g.Wait()
}

// readPair reads images and their labels, which are among the classes that are known,
// if any are.
func readPair(ctx context.Context, imagesPath, labelsPath string, known *classes, m *meter) (*table, error) {
	bytes, err := readLabels(ctx, labelsPath, known, m)
	if err != nil {
		return nil, err
	}
	pictures, err := readImages(ctx, imagesPath, m)
	if err != nil {
		return nil, err
	}
	if n := pictures.x.Rows(); n != len(bytes) {
		return nil, fmt.Errorf("%s: byte 4: found %d labels, expected %d, one for each image of %s",
			labelsPath, len(bytes), n, filepath.Base(imagesPath))
	}
	t := &table{path: imagesPath, labelPath: labelsPath, x: pictures.x, shape: fmt.Sprintf("%d×%d", pictures.height, pictures.width)}
	t.labels.number = make([]float64, len(bytes))
	for i, label := range bytes {
		t.labels.number[i] = float64(label)
	}
	return t, nil
}

// readIDX reads the images of a path; their labels lie beside them.
func readIDX(ctx context.Context, path string, m *meter) (*table, error) {
	beside, err := labelsBeside(path)
	if err != nil {
		return nil, err
	}
	return readPair(ctx, path, beside, nil, m)
}

// labelsBeside is the file of the labels of a file of images, by the name of that.
func labelsBeside(path string) (string, error) {
	const pictures, labels = "images-idx3", "labels-idx1"
	dir, base := filepath.Split(path)
	if !strings.Contains(base, pictures) {
		return "", fmt.Errorf("%s: found an IDX file of another name, expected %s in the name, so that the labels are found beside it", path, pictures)
	}
	beside, err := findFile(filepath.Join(dir, strings.TrimSuffix(strings.Replace(base, pictures, labels, 1), ".gz")))
	if err != nil {
		return "", fmt.Errorf("labels of %s: %w", base, err)
	}
	return beside, nil
}
