package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optwatch/optimizers"
	"optwatch/train/data"
	"optwatch/train/objective"
)

// Mistyped words are answered with the one that was probably meant.

// meant is an error about a word, and which of the names was probably meant by it.
func meant(err error, word string, names []string) error {
	hint := strings.TrimSpace(optimizers.Hint(word, names))
	if err == nil || hint == "" {
		return err
	}
	return fmt.Errorf("%w: %s", err, hint)
}

// checkModel says what is wrong with the name of the model, or with its settings.
func (f *problemFlags) checkModel() error {
	m, err := objective.FindModel(f.model)
	if err == nil {
		_, err = m.Settle(f.settings())
		return err
	}
	var names []string
	for _, m := range objective.Models() {
		names = append(names, m.Name)
	}
	return meant(err, f.model, names)
}

// openData opens a data set, which most of the memory then is. A word that is neither the name of one nor a file's may
// be a name mistyped.
func openData(ctx context.Context, o data.Options, progress data.Progress) (*data.Dataset, error) {
	d, err := data.Open(ctx, o, progress)
	settleHeap()
	if err == nil || data.Named(o.Name) || filepath.Base(o.Name) != o.Name {
		return d, err
	}
	if _, absent := os.Stat(o.Name); !errors.Is(absent, fs.ErrNotExist) {
		return d, err
	}
	names := []string{data.Auto}
	for _, l := range data.List("") {
		names = append(names, l.Name)
	}
	return d, meant(err, o.Name, names)
}

// kindsOfValues are what flags of Go's own kinds take.
var kindsOfValues = map[string]string{
	"int": "a whole number", "uint64": "a whole number, from 0 on", "float64": "a number", "duration": "a time such as 90s, 5m or 1h30m", "bool": "true or false",
}

// flagError is a mistake in flags, where a flag may be mistyped.
func flagError(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) && kindsOfValues[invalid.GetFlag().Value.Type()] != "" {
		f, in := invalid.GetFlag(), ""
		if errors.Is(err, errNotDecimal) {
			in = " in decimal digits"
		}
		return usageError{fmt.Errorf("invalid argument %q for \"--%s\": want %s%s", invalid.GetValue(), f.Name, kindsOfValues[f.Value.Type()], in)}
	}
	var absent *pflag.NotExistError
	if !errors.As(err, &absent) {
		return usageError{err}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	word := "--" + cmp.Or(absent.GetSpecifiedShortnames(), absent.GetSpecifiedName())
	for _, name := range names { // --color is no flag, and --no-color is one
		if off, ok := strings.CutPrefix(name, "--no-"); ok && optimizers.Hint(word, []string{"--" + off}) != "" {
			word = name
		}
	}
	return usageError{fmt.Errorf("%w: %s%s --help lists them", err, optimizers.Hint(word, names), cmd.CommandPath())}
}
