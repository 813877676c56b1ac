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

// Names finds who and what the process of a pid is.
type Names struct {
	root    fs.FS // "/"
	Foreign bool  // the pids are not of the namespace that this process lives in

	mu    sync.Mutex
	users map[string]string
}

// NewNames is for the pids that a driver gives.
func NewNames(root fs.FS) *Names {
	space, err := fs.ReadLink(root, "proc/self/ns/pid")
	return &Names{root: root, Foreign: err == nil && space != initialPIDs, users: map[string]string{}}
}

// Name fills in user and command. A pid that is not of this namespace, or that is
// no process here, is foreign: whose it is cannot be known.
func (n *Names) Name(p *device.Process) {
	dir := "proc/" + strconv.Itoa(p.PID) + "/"
	status, err := fs.ReadFile(n.root, dir+"status")
	if n.Foreign || err != nil {
		p.Foreign = true
		return
	}
	if uid, ok := parseUID(string(status)); ok {
		p.User = n.user(uid)
	}
	if line, err := fs.ReadFile(n.root, dir+"cmdline"); err == nil {
		p.Command = parseCommand(line)
	}
	if p.Command == "" {
		p.Command, _ = ReadText(n.root, dir+"comm")
	}
}

// user is the name of a user id, or the id where it has none.
func (n *Names) user(uid string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, known := n.users[uid]
	if !known {
		name = uid
		if u, err := user.LookupId(uid); err == nil {
			name = u.Username
		}
		n.users[uid] = name
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
