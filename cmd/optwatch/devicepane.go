package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"optwatch/train/device"
	"optwatch/tui"
)

// hasScreen says whether a command has a terminal to draw on.
func hasScreen(cmd *cobra.Command) bool {
	return isTerminal(cmd.OutOrStdout()) && isTerminal(cmd.InOrStdin()) && os.Getenv("TERM") != "dumb"
}

// watch shows a source full screen until the user quits, and records it beside
// that where that is wanted. A recording that cannot be written ends it.
func (f *devicesFlags) watch(ctx context.Context, cmd *cobra.Command) error {
	source, record, end, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer end()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	followed := make(chan error, 1)
	go func() {
		err := followDevices(ctx, io.Discard, source, record)
		if err != nil && record != nil {
			cancel()
		}
		followed <- err
	}()
	err = f.pane(ctx, cmd, source)
	cancel()
	return errors.Join(err, <-followed, record.close())
}

// pane is the screen of the devices.
func (f *devicesFlags) pane(ctx context.Context, cmd *cobra.Command, source device.Source) error {
	host, _ := os.Hostname()
	if f.replay != "" {
		host = "" // it was recorded somewhere else
	}
	t := f.terminal(cmd)
	t.Memory = memory(kindDevices)
	return tui.RunDevices(ctx, source, host, t)
}
