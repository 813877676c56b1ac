package process

import (
	"errors"
	"time"
)

// ErrUnknown is the answer on systems without /proc.
var ErrUnknown = errors.New("not known on this system")

// ErrGone says that a process has ended.
var ErrGone = errors.New("the process has ended")

// ID is a process. Two processes may have the same pid one after the other, but
// never the same pid and start.
type ID struct {
	PID   int
	Start uint64 // ticks between the start of the machine and its own
}

// Process is what the kernel says of a process at one time.
type Process struct {
	ID
	Parent int
	Group  int  // its process group: a pipeline of a shell is one
	State  byte // as proc_pid_stat(5) has it: 'R', 'S', 'D', 'T', 'Z', …
	Kernel bool // a thread of the kernel
	Name   string
	Began  time.Time // by this machine's clock, to about a second
}

// Ended says whether nothing is left of it but its exit status.
func (p *Process) Ended() bool { return p.State == 'Z' || p.State == 'X' || p.State == 'x' }

// Stopped says whether a signal has stopped it.
func (p *Process) Stopped() bool { return p.State == 'T' }
