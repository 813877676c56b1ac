//go:build !unix

package tui

import (
	"errors"
	"os"
)

// stoppable says that no shell stops a process here.
const stoppable = false

func notifyWoken(chan<- os.Signal) {}

func stopProcess() error { return errors.ErrUnsupported }
