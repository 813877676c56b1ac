//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package record

import "os"

// flock has no lock to take here: that a record is written once at a time is up
// to whoever starts the programs.
func flock(*os.File, bool) (bool, error) { return true, nil }

// plainly is how a lock's file is opened: through no link, and without waiting.
const plainly = 0
