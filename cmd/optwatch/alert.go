package main

import (
	"io"

	"github.com/spf13/cobra"

	"optwatch/train/follow/alert"
)

// alerts hand on what may want somebody's attention.
type alerts struct {
	bell    io.Writer      // nil for none
	command *alert.Alerter // likewise
}

// alerts are those that were asked for. What goes wrong with the command is told to
// trouble, from another goroutine.
func (f *watchFlags) alerts(cmd *cobra.Command, trouble func(string)) *alerts {
	a := &alerts{}
	if f.bell {
		if a.bell = cmd.OutOrStdout(); !isTerminal(a.bell) { // where it would be among the lines
			a.bell = cmd.ErrOrStderr()
		}
	}
	if f.onAlert != "" {
		a.command = alert.New(f.onAlert, trouble)
	}
	return a
}

// tell hands an alert on, and does not wait.
func (a *alerts) tell(e alert.Event) {
	if a.bell != nil {
		_, _ = io.WriteString(a.bell, "\a")
	}
	if a.command != nil {
		a.command.Send(e)
	}
}

// close ends the commands that still run.
func (a *alerts) close() {
	if a.command != nil {
		a.command.Close()
	}
}
