package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"optwatch/tui/draw"
)

// plotFlag is what curves are drawn with.
type plotFlag struct{ draw.Plot }

var _ pflag.Value = (*plotFlag)(nil)

// Set takes a name.
func (f *plotFlag) Set(name string) error {
	p, ok := draw.PlotOf(name)
	if !ok {
		return fmt.Errorf("want %s, not %q", draw.PlotNames(), name)
	}
	f.Plot = p
	return nil
}

// Type is what help calls its values.
func (*plotFlag) Type() string { return "style" }
