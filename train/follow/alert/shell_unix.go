//go:build unix

package alert

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// shell is a command in a process group of its own, so that what it starts is
// killed with it, and a ^C at the terminal does not reach it.
func shell(ctx context.Context, command string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
	return cmd
}
