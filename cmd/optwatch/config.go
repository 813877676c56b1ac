package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/config"
	"optwatch/optimizers"
	"optwatch/tui"
	"optwatch/tui/draw"
)

// configCommand is optwatch config.
func configCommand() *cobra.Command {
	var screen screenFlags
	var runs []string
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print, check and explain your settings",
		Long: `config prints every setting with its value and who has settled it: a flag, before
the environment, before the file, before the default. The file is config.toml in
the folder optwatch of the user's configurations, or that of --config:

` + indented(exampleConfig()) + `
A setting is called as its flag, and takes the same values. [keys] gives actions
other keys than they begin with; "optwatch config keys" lists all of them. A file with
a mistake settles nothing: every command that has a screen says the line and ends
with exit status 2.`,
		Example: `  optwatch config
  optwatch config check
  optwatch config explain theme
  optwatch config example > ~/.config/optwatch/config.toml`,
		Args:        cobra.NoArgs,
		Annotations: map[string]string{configFlag: "looks itself"},
		RunE:        func(cmd *cobra.Command, _ []string) error { return printConfig(cmd) },
	}
	cmd.Flags().SortFlags = false
	include(cmd.Flags(), screen.group())
	cmd.Flags().StringArrayVar(&runs, "run", nil, aRun)
	cmd.AddCommand(configSubcommand("check", "Say what is wrong in the file, or that nothing is", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error { return checkConfig(cmd) }),
		configSubcommand("explain [SETTING …]", "Say what settings mean and which values are right", cobra.ArbitraryArgs, func(cmd *cobra.Command, names []string) error {
			return explainConfig(cmd.OutOrStdout(), names)
		}),
		configSubcommand("keys", "List all actions with their keys", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error { return printActions(cmd.OutOrStdout()) }),
		configSubcommand("example", "Print a file with every setting in it", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), exampleConfig())
			return err
		}))
	return cmd
}

func configSubcommand(use, short string, args cobra.PositionalArgs, do func(*cobra.Command, []string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args, RunE: do}
}

// printConfig prints what is settled, and by whom.
func printConfig(cmd *cobra.Command) error {
	s, err := prefer(cmd)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	where := "there is no " + s.file.Path + ": all is by default but what is said here"
	if s.file.There {
		where = s.file.Path
	} else if s.file.Path == "" {
		where = "there is no folder of configurations: neither $XDG_CONFIG_HOME nor $HOME is set"
	}
	fmt.Fprintf(out, "%s\n\n", draw.Clean(where))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, v := range s.values {
		fmt.Fprintf(w, "%s\t%s\t%s\n", v.name, draw.Clean(v.value), v.from)
	}
	for _, v := range s.changes {
		fmt.Fprintf(w, "%s.%s\t%s\t%s\n", config.Table, draw.Clean(v.name), draw.Clean(v.value), v.from)
	}
	return w.Flush()
}

// checkConfig prints all that is wrong.
func checkConfig(cmd *cobra.Command) error {
	f, wrong := readConfig(cmd)
	switch {
	case len(wrong) > 0:
		for _, m := range wrong[:len(wrong)-1] {
			complain(cmd, "%s", draw.Clean(m.Error()))
		}
		return usageError{wrong[len(wrong)-1]}
	case !f.There:
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "there is no %s, which is no mistake\n", draw.Clean(f.Path))
		return err
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: nothing is wrong, %d settings and %d changed keys\n", draw.Clean(f.Path), len(f.Values), len(f.Keys))
	return err
}

// explainConfig says what settings mean: those named, or all.
func explainConfig(out io.Writer, names []string) error {
	all := preferences()
	var known []string
	for _, s := range all {
		known = append(known, s.Name)
	}
	known = append(known, config.Table)
	for _, name := range names {
		if !slices.Contains(known, name) {
			return usageError{fmt.Errorf("there is no setting %q: %swant %s", name, optimizers.Hint(name, known), strings.Join(known, ", "))}
		}
	}
	for _, s := range all {
		if len(names) > 0 && !slices.Contains(names, s.Name) {
			continue
		}
		fmt.Fprintf(out, "%s\n  %s\n  want     %s\n  default  %s\n  flag     --%s\n", s.Name, s.about, s.Want, s.unless, s.Name)
		if s.env != "" {
			fmt.Fprintf(out, "  variable %s\n", s.env)
		}
		fmt.Fprintf(out, "  file     %s\n", s.example)
	}
	if len(names) == 0 || slices.Contains(names, config.Table) {
		fmt.Fprintf(out, "[%s]\n  other keys for actions, by the names that \"optwatch config keys\" lists\n  want     a key, or a list: a character, or a name such as space, f5, ctrl+t, alt+x\n  default  the keys of the help\n  flag     --%s ACTION=KEY\n  file     zoom = \"Z\"\n", config.Table, keyFlag)
	}
	return nil
}

// printActions lists all actions.
func printActions(out io.Writer) error {
	names, keys := tui.Actions()
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, name := range names {
		fmt.Fprintf(w, "%s\t%s\n", name, strings.Join(keys[name], " "))
	}
	return w.Flush()
}

// exampleConfig is a file with all settings, as they would be said.
func exampleConfig() string {
	var b strings.Builder
	for _, s := range preferences() {
		fmt.Fprintf(&b, "# %s (default %s)\n%s\n\n", s.about, s.unless, s.example)
	}
	fmt.Fprintf(&b, "# other keys for actions: optwatch config keys\n[%s]\nzoom = \"Z\"\nwrite-pictures = [\"f12\", \"w\"]\n", config.Table)
	return b.String()
}

// indented is a text as an example stands in a help.
func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ") + "\n"
}
