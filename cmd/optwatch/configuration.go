package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optwatch/train/data"
	"optwatch/train/record"
)

// configuration is what an experiment was asked for, as its record keeps it: a
// command, and those of its flags that decide what is trained.
type configuration struct {
	Command string              `json:"command"` // run, fed, optwatch for the one without a name, or watch
	Flags   map[string][]string `json:"flags"`
	Paths   []string            `json:"paths,omitempty"` // that are watched

	// DefaultPasses is the budget where nobody asked for one: rounds that a
	// recipe asks for go before it.
	DefaultPasses float64 `json:"default_passes,omitempty"`
}

// passing are the flags of one sitting: they decide who looks and where results
// go, not what is trained.
var passing = []string{"headless", "json", "fps", "ascii", "no-color", "no-mouse", "plot", "theme", "key", "fresh", "config", "record", "log-to", "checkpoint", "foreground", "held", "threads", "help"}

// configured is what a command was asked for.
func configured(cmd *cobra.Command, f *flags) configuration {
	c := configuration{Command: cmd.Name(), Flags: map[string][]string{}}
	if f.defaulted {
		c.DefaultPasses = f.passes
	}
	cmd.Flags().Visit(func(g *pflag.Flag) {
		if !slices.Contains(passing, g.Name) {
			c.Flags[g.Name] = values(g)
		}
	})
	if dir, err := data.DefaultDir(); err == nil && len(c.Flags["data-dir"]) == 0 {
		c.Flags["data-dir"] = []string{absolute(dir)}
	}
	return c
}

// values are those of a flag. A path is made absolute: it is to mean the same
// file from everywhere.
func values(g *pflag.Flag) []string {
	vs := []string{g.Value.String()}
	if list, ok := g.Value.(pflag.SliceValue); ok {
		vs = list.GetSlice()
	}
	for i, v := range vs {
		switch g.Name {
		case "data":
			if !data.Named(v) {
				vs[i] = absolute(v)
			}
		case "test", "data-dir", "json", "creds", "config":
			vs[i] = absolute(v)
		case "log-to":
			vs[i] = absoluteTarget(v)
		case "record":
			if v != noRecord && v != newRecord {
				vs[i] = absolute(v)
			}
		}
	}
	return vs
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil && path != "" {
		return abs
	}
	return path
}

// arguments are the command line that asks for the same as a command was asked
// for, and for more.
func arguments(cmd *cobra.Command, more ...string) []string {
	var args []string
	if cmd.HasParent() {
		args = append(args, cmd.Name())
	}
	cmd.Flags().Visit(func(g *pflag.Flag) {
		for _, v := range values(g) {
			args = append(args, "--"+g.Name+"="+v)
		}
	})
	return append(args, more...)
}

// watchName is the command that watches, in a configuration.
const watchName = "watch"

// commandOf is the command by which a record was begun; "" where it does not say.
func commandOf(a record.About) string {
	var c configuration
	if json.Unmarshal(a.Configuration, &c) != nil {
		return ""
	}
	return c.Command
}

// isWatch says whether a record is of a watch: nothing of it can be gone on with.
func isWatch(a record.About) bool { return commandOf(a) == watchName }

// text is the configuration as a record keeps it.
func (c configuration) text() json.RawMessage {
	text, err := json.Marshal(c)
	if err != nil {
		panic("optwatch: a configuration that is no JSON: " + err.Error())
	}
	return text
}

// configure is the command that a record's configuration is of, with its flags.
// The data is by the name that it turned out to have.
func configure(text json.RawMessage, dataName string) (*cobra.Command, *flags, error) {
	var c configuration
	f := new(flags)
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, nil, fmt.Errorf("its configuration: %w", err)
	}
	commands := map[string]func(*flags) *cobra.Command{"optwatch": bareCommand, "run": runCommand, "fed": fedCommand}
	begin := commands[c.Command]
	if begin == nil {
		return nil, nil, fmt.Errorf("its configuration: there is no command %q that trains; want run, fed or optwatch", c.Command)
	}
	cmd := begin(f)
	registerDataDir(cmd)
	cmd.Flags().AddFlagSet(cmd.PersistentFlags())
	for _, name := range slices.Sorted(maps.Keys(c.Flags)) {
		for _, v := range c.Flags[name] {
			if name == "data" && v == data.Auto && data.Named(dataName) {
				v = dataName
			}
			if slices.Contains(passing, name) {
				return nil, nil, fmt.Errorf("its configuration: --%s decides nothing of what is trained", name)
			}
			if err := cmd.Flags().Set(name, v); err != nil {
				return nil, nil, fmt.Errorf("its configuration: --%s: %w", name, err)
			}
		}
	}
	if c.DefaultPasses > 0 {
		f.passes, f.defaulted = c.DefaultPasses, true
	}
	return cmd, f, nil
}
