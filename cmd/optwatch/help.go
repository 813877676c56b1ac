package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/manual"
	"optwatch/optimizers"
	"optwatch/tui/draw"
)

// helpCommand is optwatch help: it shows pages of the manual, and what commands
// say of themselves.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [TOPIC|COMMAND]",
		Short: "Show a page of the manual, or what a command says of itself",
		Long: `help shows a page of the manual. Without a topic it lists them. Of a command that
has no page it shows what the command says of itself, as with --help. On a terminal
it is as wide as that, up to 100 columns; elsewhere it is plain text.`,
		Example: `  optwatch help recipes
  optwatch help keys | less`,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completeTopics,
		RunE:              func(cmd *cobra.Command, args []string) error { return help(cmd, args) },
	}
}

// help shows the page of a topic, or else the help of a command.
func help(cmd *cobra.Command, args []string) error {
	root := cmd.Root()
	if len(args) == 0 {
		return printPage(cmd.OutOrStdout(), listTopics(root))
	}
	if p, ok := manual.Find(args[0]); ok && len(args) == 1 {
		text, err := p.Filled(fillPage(root))
		if err != nil {
			return err
		}
		return printPage(cmd.OutOrStdout(), text)
	}
	of, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 || of == root {
		return usageError{noTopic(root, strings.Join(args, " "))}
	}
	of.InitDefaultHelpFlag()
	of.SetOut(cmd.OutOrStdout())
	return of.Help()
}

// noTopic says that there is no such topic, and which is near: by a slip, or as the
// beginning of a word such as federation.
func noTopic(root *cobra.Command, word string) error {
	names := topicNames(root)
	hint := optimizers.Hint(word, names)
	for _, name := range names {
		if hint == "" && min(len(word), len(name)) >= 3 && (strings.HasPrefix(word, name) || strings.HasPrefix(name, word)) {
			hint = "did you mean " + name + "? "
		}
	}
	return fmt.Errorf("there is no topic %q: %soptwatch help lists them", word, hint)
}

// topicNames are the topics and the commands.
func topicNames(root *cobra.Command) []string {
	names := manual.Topics()
	for _, c := range root.Commands() {
		if !c.Hidden && !slices.Contains(names, c.Name()) {
			names = append(names, c.Name())
		}
	}
	return names
}

// listTopics are the topics and the commands, as a page.
func listTopics(root *cobra.Command) string {
	topics, commands := [][]string{{"topic", "is about"}}, [][]string{{"command", "does"}}
	for _, p := range manual.Pages() {
		topics = append(topics, []string{"`" + p.Topic + "`", p.Title})
	}
	for _, c := range root.Commands() {
		if !c.Hidden {
			commands = append(commands, []string{"`" + c.Name() + "`", c.Short})
		}
	}
	return "# optwatch: a training monitor for the terminal\n\n`optwatch help TOPIC` shows one of these pages:\n\n" + markdown(topics) +
		"\n`optwatch COMMAND --help` shows the flags of one of these commands:\n\n" + markdown(commands)
}

// The columns of a page: where nothing says how many there are, and the most that
// read well.
const (
	usualColumns = 80
	mostColumns  = 100
)

// printPage prints Markdown as out can show it.
func printPage(out io.Writer, text string) error {
	w := usualColumns
	if f, ok := out.(*os.File); ok && isTerminal(f) {
		if cols, _, err := term.GetSize(f.Fd()); err == nil && cols > 0 {
			w = min(cols, mostColumns)
		}
	}
	t := draw.NewTheme(out, false, os.Getenv("NO_COLOR") != "")
	_, err := io.WriteString(out, strings.Join(manual.Lines(t, text, w), "\n")+"\n")
	return err
}
