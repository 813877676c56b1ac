package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"optwatch/tui"
	"optwatch/tui/draw"
)

// Labels, names of files and messages about them come from outside. Whatever is
// printed as lines goes through here, so that a terminal obeys nothing in it. What
// a program prints into a pipe of optwatch watch goes through as it is.

// plainText writes lines without control characters and escape sequences. Each
// call is to bring whole characters. A terminal that has none beyond ASCII gets none.
type plainText struct{ w io.Writer }

// Write writes what is text of p.
func (t plainText) Write(p []byte) (int, error) {
	if _, err := t.w.Write([]byte(legible(t.w, cleanLines(string(p))))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// legible is a text as a stream can show it.
func legible(stream any, text string) string {
	if isTerminal(stream) && tui.Narrow(nil) {
		return draw.ToASCII(text)
	}
	return text
}

// cleanLines cleans a text, of which line feeds and tabs stay.
func cleanLines(text string) string {
	var b strings.Builder
	for {
		end := strings.IndexAny(text, "\n\t")
		if end < 0 {
			return b.String() + draw.Clean(text)
		}
		b.WriteString(draw.Clean(text[:end]))
		b.WriteByte(text[end])
		text = text[end+1:]
	}
}

// errorText is an error on one line. What a panic says has its stack below.
func errorText(err error) string {
	text, stack := err.Error(), ""
	if at := strings.Index(text, "\ngoroutine "); at >= 0 {
		text, stack = text[:at], cleanLines(text[at:])
	}
	return draw.Clean(text) + stack
}

// complain prints a line about trouble to stderr.
func complain(cmd *cobra.Command, format string, values ...any) {
	out := cmd.ErrOrStderr()
	text := legible(out, draw.Clean("optwatch: "+fmt.Sprintf(format, values...)))
	fmt.Fprintln(out, brokenAtCommands(text, widthOf(out)))
}

// commandsOnLines puts each command that a message names on a line of its own.
var commandsOnLines = strings.NewReplacer(": optwatch ", ":\n  optwatch ", ", optwatch ", ",\n  optwatch ")

// brokenAtCommands is a message in lines of so many columns, 0 for any number. A command
// stays in one line, whatever its length, so that it can be copied.
func brokenAtCommands(text string, width int) string {
	if width <= 0 || draw.Width([]string{text}) <= width {
		return text
	}
	lines := strings.Split(commandsOnLines.Replace(text), "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "  optwatch ") {
			lines[i] = inLines(line, width)
		}
	}
	return strings.Join(lines, "\n")
}
