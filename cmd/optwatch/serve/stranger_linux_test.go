package serve

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// TestAnotherUserIsRefused: even where the socket is open to all.
func TestAnotherUserIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can be somebody else")
	}
	s := serving(t)
	if err := os.Chmod(s.socket, 0o666); err != nil {
		t.Fatal(err)
	}
	for folder := filepath.Dir(s.socket); folder != os.TempDir() && folder != "/"; folder = filepath.Dir(folder) {
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	type heard struct {
		text []byte
		err  error
	}
	told := make(chan heard, 1)
	go func() {
		runtime.LockOSThread() // the thread is another user's, and ends with the goroutine
		const unchanged, nobody = ^uintptr(0), 65534
		if _, _, e := unix.RawSyscall(unix.SYS_SETRESUID, unchanged, nobody, unchanged); e != 0 {
			told <- heard{nil, e}
			return
		}
		c, err := net.Dial("unix", s.socket)
		if err != nil {
			told <- heard{nil, err}
			return
		}
		defer c.Close()
		text, _ := io.ReadAll(c)
		told <- heard{text, nil}
	}()
	got := <-told
	if got.err != nil {
		t.Skipf("nobody else can come to the socket here: %v", got.err)
	}
	if len(got.text) > 0 {
		t.Errorf("another user is told %q", got.text)
	}
	s.log.await(t, "user 65534")
}
