package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/manual"
	"optwatch/optimizers"
)

// version is what --version prints.
const version = "0.1.0"

// rootCommand is the whole command line.
func rootCommand() *cobra.Command {
	root := bareCommand(new(flags))
	root.CompletionOptions.DisableDefaultCmd = true // there is one of our own
	root.SetFlagErrorFunc(flagError)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := refuseEmpty(cmd.Flags()); err != nil {
			return err
		}
		return preferFirst(cmd)
	}
	registerDataDir(root)
	registerConfig(root)
	root.AddCommand(
		runCommand(new(flags)), fedCommand(new(flags)), joinCommand(), gridCommand(), labCommand(), devicesCommand(), dataCommand(), watchCommand(), scriptCommandLine(),
		runsCommand(), attachCommand(), resumeCommand(), replayCommand(), stopCommand(), tellCommand(), statusCommand(), serveCommand(), exportCommand(), configCommand(),
	)
	help := helpCommand()
	root.SetHelpCommand(help)
	root.AddCommand(help, completionCommand(), manCommand())
	completeFlags(root)
	pointToPages(root)
	markUsage(root)
	readDecimals(root)
	return root
}

// bareCommand is optwatch without the name of a command.
func bareCommand(f *flags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "optwatch",
		Short: "Watch optimizers work, and drive them",
		Long: `optwatch trains several optimizers at once on one data set and draws their
convergence side by side, live. A key pauses a run or swaps its optimizer under
way. Without arguments it races sgd, adam, svrg and a federation of ten clients
on MNIST, or on synthetic digits until MNIST has been fetched with
"optwatch data get mnist". "optwatch help" lists the pages of its manual.`,
		Version:       version + ", kernels " + kernels(), // in words, as a template brings in every method of the program
		Args:          noCommand,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return experiment(cmd, f) },
	}
	f.registerRuns(cmd, aRun)
	f.register(cmd)
	return cmd
}

// noCommand refuses a word that is no command, and says which was probably meant.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	help := strings.Replace(cmd.CommandPath(), "optwatch", "optwatch help", 1)
	return fmt.Errorf("unknown command %q: %s%s lists them", args[0], optimizers.Hint(args[0], names), help)
}

// runCommand is optwatch run.
func runCommand(f *flags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Train a line-up of your own",
		Long: `run trains the line-up that --run gives, one recipe each:

    name[:key=value,…]     sgd:lr=0.1,batch=64     svrg:lr=0.02,m=n/2,warm=1     adam+svrg:lr=0.001

"optwatch help recipes" lists the names and their keys, "optwatch help fed" those of
federations.`,
		Example: `  optwatch run --run sgd:lr=0.1,batch=64 --run adam:lr=0.001 --run svrg:lr=0.02,m=n/2,warm=1
  optwatch run --headless --data mnist --run saga:lr=0.01 --passes 20 --json result.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return experiment(cmd, f) },
	}
	f.registerRuns(cmd, aRun)
	f.register(cmd)
	return cmd
}

// pointToPages says of each command that has a page that there is one.
func pointToPages(root *cobra.Command) {
	topics := manual.Topics()
	for _, c := range root.Commands() {
		if slices.Contains(topics, c.Name()) {
			c.Long = strings.TrimRight(c.Long, "\n") + fmt.Sprintf("\n\n\"optwatch help %s\" says more.", c.Name())
		}
	}
}

// markUsage makes wrong arguments usage errors, in every command.
func markUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil || slices.Contains(args, "") { // nobody means nothing by ""
				return usageError{argumentError(c, args)}
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		markUsage(sub)
	}
}

// argumentError says what arguments a command takes, and what it got.
func argumentError(c *cobra.Command, args []string) error {
	path, takes, got, runs := strings.TrimPrefix(c.CommandPath(), "optwatch "), strings.TrimPrefix(c.Use, c.Name()+" "), "nothing", ""
	switch {
	case c.HasSubCommands() && len(args) > 0:
		return noCommand(c, args)
	case c.Use == c.Name():
		takes = "no arguments"
	}
	if len(args) > 0 {
		got = strconv.Quote(strings.Join(args, " "))
	}
	if c.Flags().Lookup("run") != nil {
		runs = ": --run gives a run"
	}
	return fmt.Errorf("%s takes %s, and got %s%s; optwatch help %[1]s says more", path, takes, got, runs)
}
