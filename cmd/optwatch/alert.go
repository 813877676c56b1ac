package main

import (
	"io"

	"github.com/spf13/cobra"

	"optwatch/train/follow/alert"
)

// alerts hand on what may want somebody's attention.
type alerts struct {
	bell    io.Writer      // nil for none here
	viewers *bells         // nil where no bell is rung
	command *alert.Alerter // nil for none
}

// alerts are those that were asked for. What goes wrong with the command is told to
// trouble, from another goroutine.
func (f *watchFlags) alerts(cmd *cobra.Command, trouble func(string)) *alerts {
	a := &alerts{}
	if f.bell {
		a.viewers = &bells{}
		switch a.bell = cmd.OutOrStdout(); {
		case f.held != "": // nobody is here
			a.bell = nil
		case !isTerminal(a.bell): // where it would be among the lines
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
	if a.viewers != nil {
		a.viewers.ring()
	}
	if a.command != nil {
		a.command.Send(e)
	}
}

// ring rings on the terminal of a viewer too, if at all, until the viewer leaves.
func (a *alerts) ring(viewer io.Writer) (leave func()) {
	if a.viewers == nil {
		return func() {}
	}
	return a.viewers.add(viewer)
}

// close ends the commands that still run.
func (a *alerts) close() {
	if a.command != nil {
		a.command.Close()
	}
}
