package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// cause is an error without the name of the file that the user did not give.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// prepareJSON checks that the file can be written, before anything is trained
// for it, and returns what writes a result into it, whole or not at all. A
// device, a pipe or a link stays what it is, and is written to in place.
func prepareJSON(path string) (func(result any) error, error) {
	if path == "" {
		return func(any) error { return nil }, nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, usageError{fmt.Errorf("--json %s: it is a folder; want a file", path)}
	}
	into := path
	if info, err := os.Lstat(path); err != nil || info.Mode().IsRegular() {
		part, err := os.CreateTemp(filepath.Dir(path), ".optwatch-*")
		if err != nil {
			return nil, fmt.Errorf("--json %s: %w", path, cause(err))
		}
		part.Close()
		os.Remove(part.Name())
		into = part.Name()
	}
	return func(result any) error {
		if err := writeJSON(into, result); err != nil {
			if into != path {
				os.Remove(into)
			}
			return fmt.Errorf("--json %s: %w", path, cause(err))
		}
		if into == path {
			return nil
		}
		return os.Rename(into, path)
	}, nil
}

func writeJSON(path string, result any) error {
	text, err := json.MarshalIndent(result, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
