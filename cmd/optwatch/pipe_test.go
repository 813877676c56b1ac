package main

import (
	"path/filepath"
	"testing"
)

// Pipes that begin in the same second are saved in files of their own.
func TestPipesOfOneSecond(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe-20260102-030405")
	for _, want := range []string{name + ".log", name + "-2.log", name + "-3.log"} {
		f, err := newCopy(name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name() != want {
			t.Errorf("got %s, want %s", f.Name(), want)
		}
		f.Close()
	}
}
