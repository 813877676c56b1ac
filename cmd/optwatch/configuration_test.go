package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// trained are the commands that train, by their names.
var trained = map[string]func(*flags) *cobra.Command{"optwatch": bareCommand, "run": runCommand, "fed": fedCommand}

// every visits each flag of a command that trains, as it is in the program.
func every(cmd *cobra.Command, f func(*pflag.Flag)) {
	registerDataDir(cmd)
	registerConfig(cmd)
	cmd.InitDefaultHelpFlag()
	cmd.Flags().AddFlagSet(cmd.PersistentFlags())
	cmd.Flags().VisitAll(f)
}

// other is a value of a flag that is not its default.
func other(t *testing.T, g *pflag.Flag) string {
	t.Helper()
	switch kind := g.Value.Type(); kind {
	case "bool":
		return map[string]string{"true": "false", "false": "true"}[g.DefValue]
	case "style":
		return "braille"
	case "name":
		return "light"
	case "duration":
		return "17s"
	case "count", "int", "int64", "uint64", "float64":
		return "17"
	case "string":
		return filepath.Join(t.TempDir(), g.Name) // absolute, as paths are kept
	case "stringArray", "stringSlice":
		return "adam:lr=0.017"
	default:
		t.Fatalf("--%s is a %s, of which this test knows no value", g.Name, kind)
		return ""
	}
}

// Every flag of a command that trains is kept in its record and is restored from
// there, or is one of those that pass with a sitting. A new flag that is neither
// is noticed, as is one in the list that no command has.
func TestConfigurationKeepsEveryFlag(t *testing.T) {
	known := map[string]bool{}
	for name, begin := range trained {
		var asked flags
		cmd := begin(&asked)
		want := map[string]string{}
		every(cmd, func(g *pflag.Flag) {
			known[g.Name] = true
			if g.Name == "help" {
				return
			}
			if err := cmd.Flags().Set(g.Name, other(t, g)); err != nil {
				t.Fatalf("%s --%s: %v", name, g.Name, err)
			}
			if g.Value.String() == g.DefValue {
				t.Errorf("%s --%s is %s, which is its default: this test proves nothing of it", name, g.Name, g.DefValue)
			}
			if !slices.Contains(passing, g.Name) {
				want[g.Name] = g.Value.String()
			}
		})
		again, _, err := configure(configured(cmd, &asked).text(), "digits")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := map[string]string{}
		again.Flags().Visit(func(g *pflag.Flag) { got[g.Name] = g.Value.String() })
		if again.Name() != name || !maps.Equal(got, want) {
			t.Errorf("%s comes back as %s with\n%v, want\n%v", name, again.Name(), got, want)
		}
	}
	for _, name := range passing {
		if !known[name] {
			t.Errorf("--%s passes, and no command has it", name)
		}
	}
}

// trainedFlags are those that decide what is trained, as they were decided on. A
// new flag belongs here, or into passing if resuming does without it.
var trainedFlags = strings.Fields(`accept batch clients creds data data-dir deadline drop epochs evals fraction hidden l2 label
	listen local max-clients missing model mu nats one-hot partition passes patience precision private rounds run seed seeds slow standardize test time val without`)

func TestEveryFlagIsDecidedOn(t *testing.T) {
	var got []string
	for _, begin := range trained {
		every(begin(new(flags)), func(g *pflag.Flag) {
			if !slices.Contains(passing, g.Name) {
				got = append(got, g.Name)
			}
		})
	}
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, trainedFlags) {
		t.Errorf("the flags that a record keeps are\n%v, want\n%v", got, trainedFlags)
	}
}

// A configuration that is none of this program's is refused, with what is wrong.
func TestConfigurationIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{`:                 "JSON",
		`{"command":"lab"}`: `no command "lab"`,
		`{"command":"run","flags":{"nope":["1"]}}`:      "--nope",
		`{"command":"run","flags":{"seed":["many"]}}`:   "--seed",
		`{"command":"run","flags":{"json":["/etc/x"]}}`: "--json decides nothing",
	} {
		if _, _, err := configure([]byte(text), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a word of %s", text, err, want)
		}
	}
}
