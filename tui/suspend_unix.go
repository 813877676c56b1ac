//go:build unix

package tui

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// stoppable says that a shell can stop a process and continue it.
const stoppable = true

// notifyWoken sends to c whenever this process goes on after it was stopped.
func notifyWoken(c chan<- os.Signal) { signal.Notify(c, syscall.SIGCONT) }

// stopProcess stops the whole job, as ctrl+z does where the terminal heeds it: a
// shell waits for all of a pipe. Where there is no shell to continue it, the system
// stops nothing, which no signal tells.
func stopProcess() error {
	const unheeded = 200 * time.Millisecond
	woken := make(chan os.Signal, 1)
	notifyWoken(woken)
	defer signal.Stop(woken)
	if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
		return err
	}
	select {
	case <-woken:
	case <-time.After(unheeded):
	}
	return nil
}
