package serve

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSocketIsTheUsersAlone(t *testing.T) {
	s := serving(t)
	for path, want := range map[string]os.FileMode{s.socket: 0o600, filepath.Dir(s.socket): 0o700} {
		if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
	if left, _ := filepath.Glob(s.socket + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := s.Local(t.Context(), s.socket); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("a second server: %v", err)
	}
	s.stop()
	s.wantEnd(t)
	if _, err := os.Lstat(s.socket); !os.IsNotExist(err) {
		t.Errorf("the socket of a server that has ended: %v", err)
	}
}

func TestStaleSocketIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sock")
	for _, stale := range []string{path, path + ".new"} {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
		if err != nil {
			t.Fatal(err)
		}
		l.SetUnlinkOnClose(false)
		l.Close() // as if its process had been killed
	}
	l, err := listenLocal(path)
	if err != nil {
		t.Fatal(err)
	}
	if !answers(path) {
		t.Error("nobody answers")
	}
	l.Close()
	if answers(path) {
		t.Error("somebody answers after the end")
	}
}

// TestSocketOfAnotherIsLeft: a server that has been replaced leaves the socket of
// its successor alone.
func TestSocketOfAnotherIsLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sock")
	old, err := listenLocal(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	next, err := listenLocal(path)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	old.Close()
	if !answers(path) {
		t.Error("the successor's socket is gone")
	}
}

func TestPlacesThatAreRefused(t *testing.T) {
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := listenLocal(filepath.Join(open, "x.sock")); err == nil || !strings.Contains(err.Error(), "others may write") {
		t.Errorf("a folder that others may write to: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listenLocal(file); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("a file: %v", err)
	}
	if text, _ := os.ReadFile(file); string(text) != "text" {
		t.Error("the file is not left alone")
	}
	if _, err := listenLocal(filepath.Join(file, "x.sock")); err == nil {
		t.Error("a file is taken for a folder")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if err := privateFolder(link); err == nil {
		t.Error("a link is taken for a folder")
	}
}

func TestSocketPath(t *testing.T) {
	if got, err := SocketPath("/home/ada/.local/state/optwatch", "k7q2m"); err != nil || got != "/home/ada/.local/state/optwatch/k7q2m.sock" {
		t.Errorf("%s, %v", got, err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	long := filepath.Join(t.TempDir(), strings.Repeat("x", 80))
	got, err := SocketPath(long, "k7q2m")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got, os.TempDir()) || len(got) > longestSocket {
		t.Errorf("%s of %d bytes", got, len(got))
	}
	if again, _ := SocketPath(long, "k7q2m"); again != got {
		t.Errorf("%s and then %s", got, again)
	}
	for _, q := range [][2]string{{long, "k7q2n"}, {long + "x", "k7q2m"}} {
		if other, _ := SocketPath(q[0], q[1]); other == got {
			t.Errorf("two records share %s", got)
		}
	}
	l, err := listenLocal(got)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	t.Setenv("TMPDIR", long)
	if got, err := SocketPath(long, "k7q2m"); err == nil {
		t.Errorf("%s is too long", got)
	}
}

// A folder of records that is reached by a link has its sockets all the same.
func TestSocketPathThroughLink(t *testing.T) {
	folder := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Skip("no links can be made here: ", err)
	}
	path, err := SocketPath(link, "k7q2m")
	if err != nil {
		t.Fatal(err)
	}
	l, err := listenLocal(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if direct, err := SocketPath(folder, "k7q2m"); err != nil || direct != path || !answers(path) {
		t.Errorf("through the link it is %s, and without it %s, %v", path, direct, err)
	}
}
