package device

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// readText is a small file's text without white space around it.
func readText(root fs.FS, path string) (string, error) {
	text, err := fs.ReadFile(root, path)
	return strings.TrimSpace(string(text)), err
}

// parseCount is a number as sysfs writes it: decimal, at most a sign before it.
func parseCount(text string) (float64, error) {
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("found %q; expected a whole number", text)
	}
	return float64(v), nil
}

// readCount reads a number from the first of some files that has one, times a scale.
func readCount(root fs.FS, at time.Time, scale float64, paths ...string) Reading {
	last := bad(Unsupported, at)
	for _, path := range paths {
		text, err := readText(root, path)
		if err != nil {
			if q := fileQuality(err); q != Unsupported || last.Quality == Unknown {
				last = bad(q, at)
			}
			continue
		}
		v, err := parseCount(text)
		if err != nil {
			last = bad(Failed, at)
			continue
		}
		return good(v*scale, at)
	}
	return last
}
