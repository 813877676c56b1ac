package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Each flag of each command refuses an empty value, by itself or before the command
// begins: what a script says whose variable is not set is not taken for silence.
func TestNoFlagIsEmpty(t *testing.T) {
	names, refused := map[string]map[string]bool{}, 0
	eachCommand(rootCommand(), func(c *cobra.Command) {
		names[c.CommandPath()] = map[string]bool{}
		c.InheritedFlags() // makes those of the root this command's too
		c.Flags().VisitAll(func(g *pflag.Flag) { names[c.CommandPath()][g.Name] = true })
		if c.HasParent() && (c.PersistentPreRunE != nil || c.PersistentPreRun != nil) {
			t.Errorf("%s begins by itself: what all commands begin with is left out", c.CommandPath())
		}
	})
	for path, flags := range names {
		for name := range flags {
			eachCommand(rootCommand(), func(c *cobra.Command) {
				if c.CommandPath() != path {
					return
				}
				c.InheritedFlags()
				if c.Flags().Set(name, "") != nil {
					return
				}
				if err := refuseEmpty(c.Flags()); (err == nil) != (name == "without") {
					t.Errorf("%s --%s '': %v", path, name, err)
				}
				refused++
			})
		}
	}
	if refused < 50 {
		t.Errorf("%d flags of all commands take a text, want more", refused)
	}
}

// A flag that is not given has the text of its default as its value, for whoever
// reads the flags, and no help says a default that is none.
func TestDefaultsAreTrue(t *testing.T) {
	eachCommand(rootCommand(), func(c *cobra.Command) {
		c.Flags().VisitAll(func(g *pflag.Flag) {
			if got := g.Value.String(); got != g.DefValue {
				t.Errorf("%s --%s is %q by default, which is said to be %q", c.CommandPath(), g.Name, got, g.DefValue)
			}
		})
		if text := c.UsageString(); strings.Contains(text, "(default -1)") {
			t.Errorf("%s: a default that is none:\n%s", c.CommandPath(), text)
		}
	})
}
