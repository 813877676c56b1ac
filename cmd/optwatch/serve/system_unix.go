//go:build unix

package serve

import (
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// ownedByUser says whether a file is the user's who runs this process.
func ownedByUser(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

// ownedByUserOrRoot says whether nobody else has been given a file.
func ownedByUserOrRoot(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (int(st.Uid) == os.Geteuid() || st.Uid == 0)
}

// apart gives a command a session of its own, which no terminal ends.
func apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// notifyResized sends to c whenever the terminal may have another size.
func notifyResized(c chan<- os.Signal) { signal.Notify(c, syscall.SIGWINCH) }

// notifyWoken sends to c whenever this process goes on after it was stopped.
func notifyWoken(c chan<- os.Signal) { signal.Notify(c, syscall.SIGCONT) }

// stopJob stops this process and those that were started with it, as ctrl+z does
// where the terminal heeds it. Where no shell is there that could continue it, the
// system stops nothing.
func stopJob() { _ = syscall.Kill(0, syscall.SIGTSTP) }
