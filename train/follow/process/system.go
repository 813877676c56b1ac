package process

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"optwatch/train/device"
)

// System is this machine's processes.
type System struct {
	root   fs.FS  // "/"; nil where there is no /proc
	host   string // the machine's name
	self   int    // our pid
	user   int    // as whom we act
	signal func(ID, syscall.Signal) error

	mu   sync.Mutex
	boot time.Time // zero until it is read
	read time.Time // when that was
}

// text is what is in a file, no more of it than a limit.
func (s *System) text(path string, limit int64) (string, error) {
	if s.root == nil {
		return "", ErrUnknown
	}
	f, err := s.root.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit))
	return string(b), err
}

// Sizes of what is read of /proc, in bytes. The machine's own stat has a line of
// numbers for its interrupts, and so grows with its cores.
const (
	statSize    = 4 << 10
	statusSize  = 4 << 10
	fdinfoSize  = 4 << 10
	cmdlineSize = 4 << 10
	bootSize    = 4 << 20
)

// Process is the process of a pid now.
func (s *System) Process(pid int) (Process, error) {
	text, err := s.text(entry(pid, "stat"), statSize)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return Process{}, ErrGone
	}
	if err != nil {
		return Process{}, err
	}
	p, err := parseStat(text)
	if err != nil {
		return Process{}, err
	}
	if p.PID != pid { // as in a copy of another's /proc
		return Process{}, fmt.Errorf("/proc/%d/stat: found pid %d", pid, p.PID)
	}
	p.Began = s.started().Add(time.Duration(min(p.Start, 1<<40)) * tick)
	return p, nil
}

// started is when the machine started. Its clock may be set, and then that changes.
func (s *System) started() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); s.read.IsZero() || now.Sub(s.read) > time.Minute {
		text, _ := s.text("proc/stat", bootSize)
		s.boot, _ = parseBoot(text)
		s.read = now
	}
	return s.boot
}

// State is what a process does.
type State int

// The states.
const (
	Gone    State = iota // it has ended, or another has its pid now
	Alive                // it runs, or waits for something
	Stopped              // a signal has stopped it
)

// State is what a process does now. An error says that it could not be found out.
func (s *System) State(id ID) (State, error) {
	p, err := s.Process(id.PID)
	switch {
	case errors.Is(err, ErrGone):
		return Gone, nil
	case err != nil:
		return Alive, err
	case p.Start != id.Start || p.Ended():
		return Gone, nil
	case p.Stopped():
		return Stopped, nil
	}
	return Alive, nil
}

// Tree is some processes and all that descend from them now, parents first.
func (s *System) Tree(tops ...ID) ([]Process, error) {
	t, err := s.Table(time.Now().Add(tableTime))
	if err != nil {
		return nil, err
	}
	return t.Tree(tops...), nil
}

// owner is the user that a process runs for; false where that is not known, or
// where it acts as another than that.
func (s *System) owner(pid int) (int, bool) {
	text, err := s.text(entry(pid, "status"), statusSize)
	owner, acts, ok := parseUsers(text)
	return owner, err == nil && ok && owner == acts
}

// arguments are what a process was started with, as far as it has not changed that.
func (s *System) arguments(pid int) []string {
	text, err := s.text(entry(pid, "cmdline"), cmdlineSize)
	if text = strings.TrimRight(text, "\x00"); err != nil || text == "" {
		return nil
	}
	return strings.Split(text, "\x00")
}

// link is where a link of a process leads, "" where that cannot be known.
func (s *System) link(pid int, name string) string {
	if s.root == nil {
		return ""
	}
	to, err := fs.ReadLink(s.root, entry(pid, name))
	if err != nil {
		return ""
	}
	return to
}

// Command is what a process was started with, in a line for a reader.
func (s *System) Command(pid int) string {
	const length = 200
	line := strings.Join(s.arguments(pid), " ")
	if p, err := s.Process(pid); line == "" && err == nil {
		line = p.Name
	}
	line = device.Printable(line)
	if r := []rune(line); len(r) > length {
		line = string(r[:length-1]) + "…"
	}
	return line
}

func entry(pid int, name string) string { return "proc/" + strconv.Itoa(pid) + "/" + name }

// newSystem is for processes below a root. It signals none.
func newSystem(root fs.FS) *System {
	host, _ := os.Hostname()
	return &System{
		root: root, host: host, self: os.Getpid(), user: os.Geteuid(),
		signal: func(ID, syscall.Signal) error { return ErrUnknown },
	}
}
