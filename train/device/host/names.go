package host

import (
	"io/fs"
	"os/user"
	"strconv"
	"strings"
	"sync"

	"optwatch/train/device"
)

// initialPIDs is the namespace that drivers give pids of (PROC_PID_INIT_INO of
// the kernel's proc_ns.h).
const initialPIDs = "pid:[4026531836]"

// who names the processes of pids.
type Names struct {
	root    fs.FS // "/"
	Foreign bool  // this process lives in a pid namespace of its own

	mu    sync.Mutex
	users map[string]string
}

func NewNames(root fs.FS) *Names {
	space, err := fs.ReadLink(root, "proc/self/ns/pid")
	return &Names{root: root, Foreign: err == nil && space != initialPIDs, users: map[string]string{}}
}

// name fills in user and command. A pid that is not of this namespace, or that
// is no process here, is foreign: who it is cannot be known.
func (w *Names) Name(p *device.Process) {
	dir := "proc/" + strconv.Itoa(p.PID) + "/"
	status, err := fs.ReadFile(w.root, dir+"status")
	if w.Foreign || err != nil {
		p.Foreign = true
		return
	}
	if uid, ok := parseUID(string(status)); ok {
		p.User = w.user(uid)
	}
	if line, err := fs.ReadFile(w.root, dir+"cmdline"); err == nil {
		p.Command = parseCommand(line)
	}
	if p.Command == "" {
		p.Command, _ = ReadText(w.root, dir+"comm")
	}
}

// user is the name of a user id, or the id where it has none.
func (w *Names) user(uid string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	name, known := w.users[uid]
	if !known {
		name = uid
		if u, err := user.LookupId(uid); err == nil {
			name = u.Username
		}
		w.users[uid] = name
	}
	return name
}

// parseUID finds the effective user id in /proc/PID/status.
func parseUID(status string) (string, bool) {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, "Uid:"); ok {
			if fields := strings.Fields(rest); len(fields) >= 2 {
				_, err := strconv.ParseUint(fields[1], 10, 32)
				return fields[1], err == nil
			}
		}
	}
	return "", false
}

// commandLen is how much of a command line is kept, in bytes.
const commandLen = 512

// parseCommand makes a line of /proc/PID/cmdline. A process may write anything
// there, so nothing that a terminal would obey is left in.
func parseCommand(line []byte) string {
	line = line[:min(len(line), commandLen)]
	return device.Printable(strings.ReplaceAll(strings.TrimRight(string(line), "\x00"), "\x00", " "))
}
