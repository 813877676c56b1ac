package main

import (
	_ "embed"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optwatch/cmd/optwatch/lab"
	"optwatch/fed/partition"
	"optwatch/train/data"
	"optwatch/train/device"
	"optwatch/train/objective"
	"optwatch/train/publish"
	"optwatch/train/record"
	"optwatch/tui"
	"optwatch/tui/draw"
)

// What the shell completes. A script of the shell asks the hidden command
// __complete, which cobra has, and that asks the functions here.

// bashCompletion is bash's script. It is our own, as cobra's gives up on words with
// commas, and on those with colons and equals signs both, which recipes have.
//
//go:embed completion.bash
var bashCompletion string

// completionCommand is optwatch completion.
func completionCommand() *cobra.Command {
	shells := map[string]func(root *cobra.Command, out io.Writer) error{
		"bash": func(_ *cobra.Command, out io.Writer) error { _, err := io.WriteString(out, bashCompletion); return err },
		"fish": func(root *cobra.Command, out io.Writer) error {
			return firstEquals(func(w io.Writer) error { return root.GenFishCompletion(w, true) }, out)
		},
		"zsh": func(root *cobra.Command, out io.Writer) error { return firstEquals(root.GenZshCompletion, out) },
	}
	names := []string{"bash", "fish", "zsh"}
	return &cobra.Command{
		Use:       "completion bash|fish|zsh",
		Short:     "Print the script by which a shell completes commands, flags, recipes and IDs",
		Example:   `  source <(optwatch completion bash)`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: names,
		RunE:      func(cmd *cobra.Command, args []string) error { return shells[args[0]](cmd.Root(), cmd.OutOrStdout()) },
	}
}

// firstEquals prints what cobra writes for a shell, with the one change that the
// name of a flag ends at the first equals sign of a word. Cobra's goes on to the
// last, and recipes have more of them.
func firstEquals(write func(io.Writer) error, out io.Writer) error {
	var script strings.Builder
	if err := write(&script); err != nil {
		return err
	}
	_, err := io.WriteString(out, strings.ReplaceAll(script.String(), "'-.*='", "'^-[^=]*='"))
	return err
}

// completer gives what a word may become, each perhaps with a tab and what it is.
type completer = func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective)

// words completes one of some words.
func words(list ...string) completer {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return beginning(word, list), cobra.ShellCompDirectiveNoFileComp
	}
}

// beginning are those of a list that begin with a word.
func beginning(word string, list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !strings.HasPrefix(s, word) })
}

// completeFlags gives the flags of all commands, by their names, what completes
// their values. Numbers complete to nothing, and what is not said to files.
func completeFlags(root *cobra.Command) {
	var models, partitions, formats []string
	for _, m := range objective.Models() {
		models = append(models, m.Name)
	}
	for _, p := range partition.Schemes() {
		partitions = append(partitions, p.Name+"\t"+p.Doc)
	}
	for _, f := range publish.Formats() {
		formats = append(formats, f+":")
	}
	known := map[string]completer{
		"run": completeRecipes, "data": completeData, "model": words(models...), "partition": words(partitions...),
		"metric": words("loss", "val"), "precision": words(objective.Float32, objective.Float64), "hidden": words(), "theme": words(draw.SchemeNames()...), "missing": words("mean", "drop"), "group": words("seed"), "key": completeActions, "record": completeRecord,
		"log-to": func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
			return beginning(word, formats), cobra.ShellCompDirectiveNoSpace
		},
		"out": completeFolders, "data-dir": completeFolders, "label": words(), "without": words(), "grid": completeGrid,
		"as": words(), "listen": words(), "nats": words(), "prune": words("30d"), "slow": words(),
	}
	eachCommand(root, func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(g *pflag.Flag) {
			by := known[g.Name]
			switch kind := g.Value.Type(); {
			case by != nil:
			case strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint") || strings.HasPrefix(kind, "float") || kind == "count" || kind == "duration":
				by = words()
			default:
				return
			}
			if _, has := c.GetFlagCompletionFunc(g.Name); !has {
				_ = c.RegisterFlagCompletionFunc(g.Name, by) // it refuses flags that there are not, and those that have one
			}
		})
	})
}

func completeFolders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeRecord completes to files and the words that are none.
func completeRecord(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	return beginning(word, []string{noRecord}), cobra.ShellCompDirectiveDefault
}

// completeActions completes the names of actions that can have other keys.
func completeActions(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	names, _ := tui.Actions()
	for i := range names {
		names[i] += "="
	}
	return beginning(word, names), cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

func completeGrid(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	return beginning(word, []string{"lr=1e-4:1:x3.16\tevery value 3.16 times the one before"}), cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

// completeData completes the names of data sets; what begins like none is a file.
func completeData(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	dir, _ := dataDir(cmd)
	all := []string{"auto\tMNIST if it is here, else the digits"}
	for _, l := range data.List(dir) {
		all = append(all, l.Name+"\t"+l.About)
	}
	return beginning(word, all), cobra.ShellCompDirectiveDefault
}

// completeTopics completes a topic of help, or a command.
func completeTopics(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return beginning(word, topicNames(cmd.Root())), cobra.ShellCompDirectiveNoFileComp
}

// completeExperiments completes the laboratory's.
func completeExperiments(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	all := []string{"all\tall of them"}
	for _, e := range lab.Experiments() {
		if !slices.Contains(args, e.Name) {
			all = append(all, e.Name+"\t"+e.Title)
		}
	}
	return beginning(word, all), cobra.ShellCompDirectiveNoFileComp
}

// completeRecords completes the ID of a record that is as some commands need it;
// where files may be named too, what begins like none is one.
func completeRecords(files bool, fit func(record.Status) bool) completer {
	return func(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		directive := cobra.ShellCompDirectiveNoFileComp
		if files {
			directive = cobra.ShellCompDirectiveDefault
		}
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return beginning(word, records(fit)), directive
	}
}

// records are the IDs of those that fit, with what they are.
func records(fit func(record.Status) bool) []string {
	folder, err := record.DefaultFolder()
	if err != nil {
		return nil
	}
	list, _ := folder.List() // nothing completes where there is no folder
	var out []string
	for i := range list {
		if s := &list[i]; s.Damage == nil && fit(s.Status) {
			out = append(out, s.ID+"\t"+device.Printable(s.Status.String()+", "+s.Name))
		}
	}
	return out
}

func isLive(s record.Status) bool    { return s == record.Live }
func isNotLive(s record.Status) bool { return s != record.Live }
func isAny(record.Status) bool       { return true }

// completeTell completes what is told to whom: a live experiment, one of its runs,
// and what that run can be told. A folder may be a script's.
func completeTell(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return completeRecords(true, isLive)(cmd, args, word)
	}
	actions := []string{"pause", "resume", "step", "stop", "restart", "branch", "checkpoint", "lr=", "batch=", "switch=", "drop=", "rejoin="}
	if _, script := scriptFolder(args[0]); len(args) == 1 && !script {
		actions = append(runNames(args[0]), "all\tall runs", "add\ta run from a recipe", "line\thow clients join", "admit\ta client that waits", "refuse\ta client that waits")
	}
	return beginning(word, actions), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// runNames are the names of the runs of a record.
func runNames(id string) []string {
	folder, err := record.DefaultFolder()
	if err != nil {
		return nil
	}
	path, err := folder.Find(id)
	if err != nil {
		return nil
	}
	s, err := summarise(path)
	if err != nil {
		return nil
	}
	var names []string
	for _, r := range s.Runs {
		names = append(names, device.Printable(r.Name)+"\t"+device.Printable(r.Recipe))
	}
	return names
}
