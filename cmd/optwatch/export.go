package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// exportCommand is optwatch export.
func exportCommand() *cobra.Command {
	var csvFile, jsonFile string
	cmd := &cobra.Command{
		Use:   "export ID|FILE",
		Short: "Write a record as CSV and JSON",
		Long: `export writes the curves of a record as CSV, a line a point with its run and its
places on the axes, and all of it but checkpoints as JSON. Without flags these
are ID.csv and ID.json here; the file - is the output.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeRecords(true, isAny),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, path, err := openRecord(args[0])
			if err != nil {
				return err
			}
			defer r.Close()
			if csvFile == "" && jsonFile == "" {
				s, err := r.Summary()
				if err != nil {
					return inFile(path, err)
				}
				csvFile, jsonFile = filepath.Base(s.ID)+".csv", filepath.Base(s.ID)+".json"
			}
			if err := export(cmd, csvFile, r.WriteCSV); err != nil {
				return err
			}
			return export(cmd, jsonFile, r.WriteJSON)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&csvFile, "csv", "", "write the curves to this `file`")
	cmd.Flags().StringVar(&jsonFile, "json", "", "write everything to this `file`")
	return cmd
}

// export writes to a file, whole or not at all, or to the output.
func export(cmd *cobra.Command, path string, write func(io.Writer) error) error {
	switch path {
	case "":
		return nil
	case "-":
		return write(cmd.OutOrStdout())
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".optwatch-*")
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	defer os.Remove(part.Name())
	err = write(part)
	if e := part.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(part.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	complain(cmd, "wrote %s", path)
	return nil
}
