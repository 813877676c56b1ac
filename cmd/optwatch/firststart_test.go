package main

import (
	"path/filepath"
	"testing"
)

// Only the first start is one, and that is remembered in the state folder; where
// there is none, nothing is.
func TestFirstStart(t *testing.T) {
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	for i, want := range []bool{true, false, false} {
		if got := firstStart(); got != want {
			t.Errorf("start %d: first is %v, want %v", i+1, got, want)
		}
	}
	t.Setenv("OPTWATCH_STATE", filepath.Join(t.TempDir(), "none"))
	for i := range 2 {
		if !firstStart() {
			t.Errorf("start %d without a state folder is not the first", i+1)
		}
	}
}
