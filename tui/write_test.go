package tui

import (
	"os"
	"slices"
	"testing"
)

// Two screens of the same second are written to two files.
func TestWriteNew(t *testing.T) {
	t.Chdir(t.TempDir())
	var names []string
	for _, text := range []string{"one", "two", "three"} {
		w := writeNew("optwatch-0-41.txt", text).(wroteMsg)
		if w.err != nil {
			t.Fatal(w.err)
		}
		if got, err := os.ReadFile(w.path); err != nil || string(got) != text {
			t.Errorf("%s holds %q, %v", w.path, got, err)
		}
		names = append(names, w.path)
	}
	if want := []string{"optwatch-0-41.txt", "optwatch-0-41-2.txt", "optwatch-0-41-3.txt"}; !slices.Equal(names, want) {
		t.Errorf("the files are %v, want %v", names, want)
	}
	if w := writeNew("absent/a.txt", "").(wroteMsg); w.err == nil || w.path != "absent/a.txt" {
		t.Errorf("%+v", w)
	}
}
