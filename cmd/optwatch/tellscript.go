package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"optwatch/optimizers"
	"optwatch/train/follow/script"
	"optwatch/tui/draw"
)

// scriptFolder is the folder of a run whose script takes commands, if a path is
// that folder or a file in it.
func scriptFolder(path string) (string, bool) {
	info, err := os.Stat(path)
	if err != nil {
		return "", false
	}
	if !info.IsDir() {
		path = filepath.Dir(path)
	}
	_, err = os.Stat(filepath.Join(path, "run.json"))
	return path, err == nil
}

// answerTime is how long the answer of a script is waited for.
const answerTime = time.Minute

// tellScript tells a script what it is to do, one after the other, and prints what
// it answers. What comes after a refusal is not told.
func tellScript(cmd *cobra.Command, folder string, words []string) error {
	dir, err := script.Open(folder)
	if err != nil {
		return err
	}
	now, err := lookAt(dir)
	if err != nil {
		return err
	}
	var commands []script.Command
	for _, word := range words {
		c, err := scriptCommand(&now, word)
		if err != nil {
			return usageError{err}
		}
		commands = append(commands, c)
	}
	for i, c := range commands {
		if err := tellOne(cmd.Context(), cmd.OutOrStdout(), dir, words[i], c); err != nil {
			return err
		}
	}
	return nil
}

// lookAt reads all that a script has said so far.
func lookAt(dir *script.Dir) (now script.Controls, err error) {
	for more := true; more && err == nil; {
		now, more, err = dir.Look()
	}
	return now, err
}

func tellOne(ctx context.Context, out io.Writer, dir *script.Dir, word string, c script.Command) error {
	ctx, cancel := context.WithTimeoutCause(ctx, answerTime, errors.New("the script has not come to a log call for a minute; it will do it when it does"))
	defer cancel()
	a, err := dir.Tell(ctx, c)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", draw.Clean(word), err)
	case !a.OK:
		return fmt.Errorf("%s: refused: %s", draw.Clean(word), draw.Clean(a.Text))
	case a.Value != "":
		_, err = fmt.Fprintf(out, "%s: done: %s is %s\n", draw.Clean(word), draw.Clean(c.Name), draw.Clean(a.Value))
	default:
		_, err = fmt.Fprintln(out, draw.Clean(word)+": done"+prefixed(": ", draw.Clean(a.Text)))
	}
	return err
}

// prefixed is a text with something before it, or nothing.
func prefixed(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// scriptActions are the words that name no setting.
var scriptActions = []string{"pause", "resume", "step", "stop", "checkpoint"}

// scriptCommand is what a word tells a script: an action, or KEY=VALUE of what it
// declares.
func scriptCommand(now *script.Controls, word string) (c script.Command, err error) {
	if slices.Contains(scriptActions, word) {
		return script.Command{Kind: word}, nil
	}
	name, text, pair := strings.Cut(word, "=")
	if !pair {
		return c, fmt.Errorf("%q is none of %s, KEY=VALUE", word, strings.Join(scriptActions, ", "))
	}
	i := slices.IndexFunc(now.Settings, func(s script.Setting) bool { return s.Name == name })
	if i < 0 {
		return c, fmt.Errorf("the script does not declare %q: %s", name, declaredBy(now))
	}
	s := &now.Settings[i]
	if s.Options != nil {
		if !slices.Contains(s.Options, text) {
			return c, fmt.Errorf("%s may be %s", name, strings.Join(s.Options, ", "))
		}
		return script.Command{Kind: "choose", Name: name, Value: text}, nil
	}
	v, err := optimizers.Decimal(text)
	if err != nil || !(v >= s.Low && v <= s.High) {
		return c, fmt.Errorf("%s must be %s, and is %q", name, s.Range(), text)
	}
	return script.Command{Kind: "set", Name: name, Value: v}, nil
}

// declaredBy says what a script lets be changed.
func declaredBy(now *script.Controls) string {
	if len(now.Settings) == 0 {
		return "it declares nothing that can be changed"
	}
	var names []string
	for _, s := range now.Settings {
		names = append(names, s.Name)
	}
	return "it declares " + strings.Join(names, ", ")
}

// scriptCommandLine is optwatch script.
func scriptCommandLine() *cobra.Command {
	return &cobra.Command{
		Use:   "script python",
		Short: "Print the file with which a training script is watched and steered",
		Long: `script prints one file, for Python 3.8 or later and with nothing beside the standard
library, that a training script imports:

    optwatch script python > optwatch.py

    import optwatch
    run = optwatch.Run("runs/a", config={"lr": 0.1}, total_steps=10_000)
    run.controls(lr=set_lr, batch=set_batch, optimizer={"sgd": make_sgd, "adamw": make_adamw})
    for step in range(10_000):
        …
        run.log(step=step, loss=loss, acc=acc)

optwatch watch then draws the run, and pauses, retunes and stops it by keys, as
"optwatch tell runs/a pause", "lr=0.05" and "optimizer=adamw" do. log blocks while
the run is paused, and raises optwatch.Stop where it is stopped. The file has more
for torch optimizers, Hugging Face and Lightning; its own text says how the files
work, so that other languages can do the same.`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"python"},
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), script.Python)
			return err
		},
	}
}
