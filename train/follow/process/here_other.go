//go:build !linux

package process

import (
	"io/fs"
	"syscall"
)

// Here is the machine on which this program runs. Of its processes nothing is known.
func Here() *System { return newSystem(nil) }

func fileOwner(fs.FileInfo) (int, bool) { return 0, false }

// No signal is ever sent here.
const (
	stopSignal     = syscall.Signal(0)
	continueSignal = syscall.Signal(0)
)
