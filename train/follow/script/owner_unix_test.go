//go:build unix

package script

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestOnlyTheOwnerSteers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.jsonl")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	inode, me := info.Sys().(*syscall.Stat_t).Ino, os.Getuid()
	if err := checkControl(info, inode, me); err != nil {
		t.Errorf("one's own: %v", err)
	}
	if err := checkControl(info, inode, me+1); !errors.Is(err, ErrOwner) {
		t.Errorf("another's: %v", err)
	}
	if err := checkControl(info, inode+1, me); !errors.Is(err, ErrCopied) {
		t.Errorf("a copy: %v", err)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if _, err := openControl(link, inode); err == nil {
		t.Error("a link is followed")
	}
	if err := os.Chmod(path, 0o620); err != nil {
		t.Fatal(err)
	}
	if _, err := openControl(path, inode); err == nil {
		t.Error("a file that others may write to is written to")
	}
	fifo := path + ".fifo"
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openControl(fifo, inode); err == nil {
		t.Error("a FIFO is written to")
	}
}

// TestNoAnswer waits for a script that stands still.
func TestNoAnswer(t *testing.T) {
	d, p, _ := steps(t)
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := d.Tell(ctx, Command{Kind: "pause"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
