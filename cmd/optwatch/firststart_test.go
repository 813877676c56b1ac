package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Only the first start is one, and that is remembered in the state folder; where
// there can be none, nothing is.
func TestFirstStart(t *testing.T) {
	t.Setenv("OPTWATCH_STATE", filepath.Join(t.TempDir(), "state"))
	for i, want := range []bool{true, false, false} {
		if got := firstStart(); got != want {
			t.Errorf("start %d: first is %v, want %v", i+1, got, want)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OPTWATCH_STATE", filepath.Join(file, "none"))
	for i := range 2 {
		if !firstStart() {
			t.Errorf("start %d without a state folder is not the first", i+1)
		}
	}
}
