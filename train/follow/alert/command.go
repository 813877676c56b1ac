package alert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"optwatch/train/device"
)

// run runs the command for an event, and waits until it has ended.
func (a *Alerter) run(o order) error {
	line, err := o.event.encode(o.held)
	if err != nil {
		return fmt.Errorf("on alert: %w", err)
	}
	ctx, cancel := context.WithTimeout(a.ctx, a.longest)
	defer cancel()
	cmd := shell(ctx, a.command)
	cmd.WaitDelay = time.Second // that what it leaves behind may keep its output open
	var out output
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(line), &out, &out
	err = cmd.Run()
	switch {
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = fmt.Errorf("killed after %v", a.longest)
	}
	said := device.Printable(string(out.text))
	if said != "" {
		said = ": " + said
	}
	return fmt.Errorf("on alert: %s: %w%s", device.Printable(a.command), err, said)
}

// output keeps the beginning of what a command prints.
type output struct{ text []byte }

const outputSize = 500 // bytes

func (o *output) Write(p []byte) (int, error) {
	o.text = append(o.text, p[:min(len(p), outputSize-len(o.text))]...)
	return len(p), nil
}
