//go:build linux

package record

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// nobody is a user who may write next to nothing.
const nobody = 65534

// A record can be read by whoever may write neither it nor its folder: a closed
// one, one that is being written, and one whose writer was killed.
func TestOpenReadOnly(t *testing.T) {
	folder := t.TempDir()
	open := func(path string) {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	open(filepath.Dir(folder))
	open(folder)
	program := filepath.Join(folder, "test")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, text, 0o755); err != nil {
		t.Fatal(err)
	}

	path := filepath.Join(folder, "abc23.db")
	w, err := Create(path, someone)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Release(3, 5); err != nil {
		t.Fatal(err)
	}
	killed := filepath.Join(folder, "killed.db")
	copyRecord(t, path, killed, "", "-wal", "-shm")
	closed := filepath.Join(folder, "closed.db")
	if err := os.WriteFile(closed, closedRecord(t), 0o644); err != nil {
		t.Fatal(err)
	}
	for of, want := range map[string]string{path: "map[3:5] <nil>\n", killed: "map[3:5] <nil>\n", closed: "map[] <nil>\n"} {
		got, err := readAs(t, program, of)
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", filepath.Base(of), got, err, want)
		}
	}
}

// copyRecord copies a record with what lies beside it, for all to read.
func copyRecord(t *testing.T, from, to string, ends ...string) {
	t.Helper()
	for _, end := range ends {
		text, err := os.ReadFile(from + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+end, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(from+end, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// readAs reads the releases of a record as nobody, or where that is not allowed
// in a folder that is read-only.
func readAs(t *testing.T, program, path string) (string, error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), program)
	c.Env = append(os.Environ(), atPath+"="+path, readIt+"=1")
	c.Stderr = os.Stderr
	if os.Geteuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	} else {
		if err := os.Chmod(filepath.Dir(path), 0o555); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(filepath.Dir(path), 0o755)
	}
	out, err := c.Output()
	return string(out), err
}
