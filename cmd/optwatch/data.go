package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"optwatch/optimizers/matrix"
	"optwatch/train/data"
	"optwatch/tui/draw"
)

func dataCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "data",
		Short: "List, inspect and fetch data sets",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return listData(c) },
	}
	c.AddCommand(
		&cobra.Command{
			Use:   "list",
			Short: "List the data sets that are known by name, and which are here",
			Args:  cobra.NoArgs,
			RunE:  func(c *cobra.Command, _ []string) error { return listData(c) },
		},
		dataInfoCommand(),
		&cobra.Command{
			Use:       "get mnist|fashion-mnist",
			Short:     "Fetch a data set and verify it",
			ValidArgs: []string{"mnist", "fashion-mnist"},
			Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
			RunE:      func(c *cobra.Command, args []string) error { return getData(c, args[0], data.GetOptions{}) },
		},
	)
	return c
}

func dataInfoCommand() *cobra.Command {
	var f problemFlags
	c := &cobra.Command{
		Use:               "info [NAME|PATH]",
		Short:             "Show shapes, classes and digest of a data set",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeData,
		RunE: func(c *cobra.Command, args []string) error {
			if err := checkBounds(f.boundMissing()); err != nil {
				return err
			}
			o := f.data
			o.Name, o.Val = "", 0 // with no validation set
			if len(args) > 0 {
				o.Name = args[0]
			}
			return dataInfo(c, o)
		},
	}
	include(c.Flags(), f.group(), "test", "label", "standardize", "missing", "one-hot", "without")
	c.Flags().Lookup("test").Usage = "test file `PATH`, with a path"
	c.Flags().Lookup("label").Usage = "label `COLUMN` of a CSV file by name"
	return c
}

// dataDir is the --data-dir of the root command, or the default.
func dataDir(c *cobra.Command) (string, error) {
	if dir := dataDirFlag(c); dir != "" {
		return dir, nil
	}
	return data.DefaultDir()
}

func listData(c *cobra.Command) error {
	dir, unknown := dataDir(c) // without a home nothing is here but what is built in
	out := tabwriter.NewWriter(plainText{c.OutOrStdout()}, 0, 0, 2, ' ', 0)
	for _, l := range data.List(dir) {
		where := l.Dir
		switch {
		case l.Dir == "":
			where = "built in"
		case unknown != nil:
			where = "optwatch data get " + l.Name + " --data-dir DIR"
		case !l.Ready:
			where = "optwatch data get " + l.Name
		}
		fmt.Fprintf(out, "%s\t%s\t%s\n", l.Name, l.About, where)
	}
	return out.Flush()
}

// dataInfo shows a data set before its training file is split.
func dataInfo(c *cobra.Command, o data.Options) (err error) {
	if o.Dir, err = dataDir(c); err != nil {
		return err
	}
	bar := newProgressBar(c.ErrOrStderr())
	d, err := openData(c.Context(), o, bar.show)
	bar.clear()
	if err != nil {
		return err
	}
	if o.Name == "" || o.Name == "auto" {
		o.Name = d.Name
	}
	files, err := data.Files(o.Name, o.Dir)
	if err != nil {
		return err
	}
	if o.Test != "" {
		test, err := data.Files(o.Test, "")
		if err != nil {
			return err
		}
		files = append(files, test...)
	}
	out := tabwriter.NewWriter(plainText{c.OutOrStdout()}, 0, 0, 2, ' ', 0)
	describe(out, d, files)
	return out.Flush()
}

// describe writes what a data set holds.
func describe(out io.Writer, d *data.Dataset, files []string) {
	fmt.Fprintf(out, "name\t%s\n", draw.Clean(d.Name))
	for _, note := range d.Notes {
		fmt.Fprintf(out, "note\t%s\n", draw.Clean(note))
	}
	describeSplit(out, "training", d.Train, d)
	describeSplit(out, "test", d.Test, d)
	switch n := len(d.Classes); {
	case n == 0:
		fmt.Fprint(out, "targets\tnumbers, for regression\n")
	case n > 20:
		fmt.Fprintf(out, "classes\t%d, from %s to %s\n", n, draw.Clean(d.Classes[0]), draw.Clean(d.Classes[n-1]))
	default:
		fmt.Fprintf(out, "classes\t%d: %s\n", n, draw.Clean(strings.Join(d.Classes, " ")))
	}
	fmt.Fprintf(out, "digest\t%s\n", d.Digest)
	for _, file := range files {
		fmt.Fprintf(out, "file\t%s\n", draw.Clean(file))
	}
}

func describeSplit(out io.Writer, name string, s data.Split, d *data.Dataset) {
	if s.Len() == 0 {
		fmt.Fprintf(out, "%s\tnone\n", name)
		return
	}
	fmt.Fprintf(out, "%s\t%d rows × %d features", name, s.Len(), d.Features)
	set, size, how := storage(s.X)
	fmt.Fprintf(out, ", %.1f non-zeros a row, %s%s", float64(set)/float64(s.Len()), how, byteCount(size))
	fmt.Fprintln(out)
	if n := len(d.Classes); n > 0 && n <= 20 {
		counts := make([]int, n)
		for _, label := range s.Labels {
			counts[label]++
		}
		fmt.Fprintf(out, "\t%s of each class\n", strings.Trim(fmt.Sprint(counts), "[]"))
	}
}

// storage is how many entries of a matrix are not 0, the bytes that it takes in memory,
// and how it is kept.
func storage(x matrix.Matrix) (set, size int64, how string) {
	cells := int64(x.Rows()) * int64(x.Cols())
	switch m := x.(type) {
	case *matrix.CSR:
		entry := int64(12)
		if m.Compact() {
			entry = 3
		}
		return m.Stored(), m.Stored()*entry + int64(m.Rows()+1)*8, ""
	case *matrix.Packed:
		return m.NonZeros(), cells * m.Size(), "dense, "
	case *matrix.Dense:
		return m.NonZeros(), cells * 8, "dense, "
	}
	return 0, 0, ""
}

func getData(c *cobra.Command, name string, o data.GetOptions) error {
	dir, err := dataDir(c)
	if err != nil {
		return err
	}
	bar := newProgressBar(c.ErrOrStderr())
	o.Progress = bar.show
	files, err := data.Get(c.Context(), name, dir, o)
	bar.clear()
	for _, f := range files {
		did, checked := "was here", "verified by its SHA-256"
		if f.Fresh {
			did = "fetched"
		}
		if !f.Exact {
			checked = "checked for structure only, as no digest of an unpacked file is known"
		}
		fmt.Fprintf(plainText{c.OutOrStdout()}, "%s  %s, %s, %s\n", f.Path, byteCount(f.Bytes), did, checked)
	}
	return err
}
