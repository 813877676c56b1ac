package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"optwatch/train/device"
	"optwatch/tui"
)

// hasScreen says whether a command has a terminal to draw on.
func hasScreen(cmd *cobra.Command) bool {
	return isTerminal(cmd.OutOrStdout()) && isTerminal(cmd.InOrStdin()) && os.Getenv("TERM") != "dumb"
}

// watchDevices shows devices full screen until the user quits or ctx ends.
// Nobody waits for the source, which may hang in a driver.
func watchDevices(ctx context.Context, cmd *cobra.Command, source device.Source, ascii, noColor bool) error {
	host, _ := os.Hostname()
	if source.View().Replaying != "" {
		host = "" // it was recorded somewhere else
	}
	return tui.RunDevices(ctx, tui.DeviceOptions{
		Source: source, Host: host, Input: cmd.InOrStdin(), Output: cmd.OutOrStdout(),
		ASCII: ascii, NoColor: noColor || os.Getenv("NO_COLOR") != "", Version: version,
	})
}
