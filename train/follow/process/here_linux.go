package process

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Here is the machine on which this program runs.
func Here() *System {
	s := newSystem(os.DirFS("/"))
	s.signal = s.send
	return s
}

// send sends a signal to a process, and to no other that has its pid since.
func (s *System) send(id ID, sig syscall.Signal) error {
	fd, err := unix.PidfdOpen(id.PID, 0)
	if errors.Is(err, unix.ESRCH) {
		return ErrGone
	}
	if err != nil { // before Linux 5.3, or where a sandbox forbids it
		fd = -1
	} else {
		defer unix.Close(fd)
	}
	if state, err := s.State(id); err != nil {
		return err
	} else if state == Gone {
		return ErrGone
	}
	if fd >= 0 { // it is of the process whose start was just looked at
		err = unix.PidfdSendSignal(fd, sig, nil, 0)
	}
	if fd < 0 || errors.Is(err, unix.ENOSYS) {
		err = unix.Kill(id.PID, sig)
	}
	if errors.Is(err, unix.ESRCH) {
		return ErrGone
	}
	return err
}

// fileOwner is the user to whom a file belongs.
func fileOwner(f fs.FileInfo) (int, bool) {
	st, ok := f.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}

const (
	stopSignal     = syscall.SIGSTOP
	continueSignal = syscall.SIGCONT
)
