package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"optwatch/cmd/optwatch/manual"
)

// manCommand is optwatch man. It is not among the commands that help lists: those
// who make a release call it.
func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write man pages of all commands and topics below a folder",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE:   func(cmd *cobra.Command, args []string) error { return writeMan(cmd.Root(), args[0], time.Now()) },
	}
}

// writeMan writes a page of section 1 for each command, as cobra makes it, and one
// of section 7 for each topic, dated.
func writeMan(root *cobra.Command, dir string, date time.Time) error {
	commands, topics := filepath.Join(dir, "man1"), filepath.Join(dir, "man7")
	for _, folder := range []string{commands, topics} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	source, fill := "optwatch "+version, fillPage(rootCommand()) // cobra adds to the one that it writes of
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: source, Manual: "optwatch"}
	root.DisableAutoGenTag = true
	if err := doc.GenManTree(root, header, commands); err != nil {
		return err
	}
	for _, p := range manual.Pages() {
		text, err := p.Filled(fill)
		if err != nil {
			return err
		}
		name := "optwatch-" + p.Topic
		title := fmt.Sprintf("%% %q \"7\" %q %q \"optwatch\"\n", strings.ToUpper(name), date.Format("Jan 2006"), source)
		_, body, _ := strings.Cut(text, "\n") // its heading is the name
		page := title + "# NAME\n" + name + " - " + p.Title + "\n\n# DESCRIPTION\n" + body
		if err := os.WriteFile(filepath.Join(topics, name+".7"), md2man.Render([]byte(page)), 0o644); err != nil {
			return err
		}
	}
	return nil
}
