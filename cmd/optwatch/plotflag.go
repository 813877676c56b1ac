package main

import (
	"github.com/spf13/pflag"

	"optwatch/tui/draw"
)

// plotFlag is what curves are drawn with.
type plotFlag struct{ draw.Plot }

var _ pflag.Value = (*plotFlag)(nil)

// Set takes a name.
func (f *plotFlag) Set(name string) error {
	if err := checkPlot(name); err != nil {
		return err
	}
	f.Plot, _ = draw.PlotOf(name)
	return nil
}

// Type is what help calls its values.
func (*plotFlag) Type() string { return "style" }
