package record

import (
	"os"
	"path/filepath"
	"testing"
)

// A record that is discarded leaves nothing, and its name is free.
func TestDiscard(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.db")
	for range 2 {
		w, err := Create(path, About{ID: "a"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Discard(); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Errorf("closed after that: %v", err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("it leaves %v, %v", left, err)
		}
	}
}
