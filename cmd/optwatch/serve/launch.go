package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"optwatch/tui/draw"
)

// Launch starts this program with other arguments as a process of its own,
// without a terminal, its output in a log file, and returns once it answers on
// the socket; if it ends before, the error is what it said last.
func Launch(ctx context.Context, args []string, socket, log string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	return launch(ctx, exec.Command(program, args...), socket, log)
}

// launch is the same for any command.
func launch(ctx context.Context, c *exec.Cmd, socket, log string) error {
	if answers(socket) {
		return fmt.Errorf("%s: another process answers there already", socket)
	}
	if err := os.MkdirAll(filepath.Dir(log), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	before, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	c.Stdout, c.Stderr = f, f
	apart(c)
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }() // it leaves nothing behind if it ends before this process
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("the process has ended at once: %s", lastLine(f, before, err))
		case <-ctx.Done():
			_ = c.Process.Kill()
			return ctx.Err()
		case <-tick.C:
			if answers(socket) {
				return nil
			}
		}
	}
}

// answers says whether a process listens on a socket.
func answers(socket string) bool {
	c, err := net.Dial("unix", socket)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// lastLine is the last line that has been added to a log, or else an error.
func lastLine(f *os.File, since int64, err error) string {
	const most = 4096
	if end, e := f.Seek(0, io.SeekEnd); e == nil {
		text := make([]byte, min(most, max(0, end-since)))
		n, e := f.ReadAt(text, end-int64(len(text)))
		if e == nil || errors.Is(e, io.EOF) {
			said := strings.TrimSpace(string(text[:n]))
			if last := draw.Clean(said[strings.LastIndex(said, "\n")+1:]); last != "" {
				return last
			}
		}
	}
	if err != nil {
		return err.Error()
	}
	return "it said nothing"
}
