package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Auto is the name of whichever data set is there.
const Auto = "auto"

// digits is how the user names the synthetic ones.
const digits = "digits"

// Named says whether a name is that of a data set or Auto; anything else is a path.
func Named(name string) bool {
	_, known := catalogue[name]
	return known || name == Auto || name == digits
}

// Open loads a data set whole or returns an error. It reports to progress,
// which may be nil, from the calling goroutine, and ends soon after ctx does.
func Open(ctx context.Context, o Options, progress Progress) (*Dataset, error) {
	if o.Name == "" {
		o.Name = Auto
	}
	if o.Dir == "" {
		dir, err := DefaultDir()
		if _, ok := catalogue[o.Name]; ok && err != nil {
			return nil, err
		}
		o.Dir = dir
	}
	note := ""
	if o.Name == Auto {
		o.Name, note = choose(o.Dir)
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	var d *Dataset
	m := &meter{}
	err := m.watch(filepath.Base(o.Name), progress, func() (err error) {
		if d, err = load(ctx, o, m); err != nil {
			return err
		}
		if d.Features == 0 {
			return fmt.Errorf("%s: no example has a value, so there is nothing to learn from", o.Name)
		}
		d.prepare(o.Preparation)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if note != "" {
		d.Notes = append(d.Notes, note)
	}
	return d, nil
}

// DefaultDir is the data directory: OPTWATCH_DATA if set, else one under the
// user's cache directory.
func DefaultDir() (string, error) {
	if dir := os.Getenv("OPTWATCH_DATA"); dir != "" {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no data directory: %w; set OPTWATCH_DATA", err)
	}
	return filepath.Join(cache, "optwatch", "data"), nil
}

// choose is what auto means: MNIST once its four files are there, else the
// digits, also where there is no data directory. Whether the files are sound is not asked: broken ones are an error
// that the user must hear of.
func choose(dir string) (name, note string) {
	if dir != "" {
		if _, err := findFiles(filepath.Join(dir, "mnist")); err == nil {
			return "mnist", ""
		}
	}
	return digits, `synthetic digits; "optwatch data get mnist" fetches MNIST`
}

func (o Options) check() error {
	_, known := catalogue[o.Name]
	switch {
	case !known && o.Name != digits:
		return nil
	case o.Test != "":
		return fmt.Errorf("test file %s: %s has a test set of its own; a test file goes with a path", o.Test, o.Name)
	case o.Label != "":
		return fmt.Errorf("label column %q: %s has no named columns; a label column goes with a CSV file", o.Label, o.Name)
	case o.ofCSV():
		return fmt.Errorf("%s: found pixels, expected a CSV file with --missing, --one-hot or --without", o.Name)
	}
	return nil
}

func load(ctx context.Context, o Options, m *meter) (*Dataset, error) {
	if o.Name == digits {
		return loadDigits(ctx, o.Val, m)
	}
	if set, ok := catalogue[o.Name]; ok {
		return loadSet(ctx, set, o, m)
	}
	info, err := os.Stat(o.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file; expected auto, digits, mnist, fashion-mnist or the path of a data file", o.Name)
	case err != nil:
		return nil, err
	case info.IsDir():
		return loadDirectory(ctx, o, m)
	}
	return loadPath(ctx, o, m)
}
