package main

import (
	"fmt"
	"io"
	"strings"

	"optwatch/tui/draw"
)

// progressBar shows progress on one line of a terminal. Elsewhere it writes a
// line for each thing that begins.
type progressBar struct {
	out      io.Writer
	terminal bool
	what     string
}

func newProgressBar(out io.Writer) *progressBar {
	return &progressBar{out: out, terminal: isTerminal(out)}
}

func (b *progressBar) show(what string, done, total int64) {
	what = draw.Clean(what)
	if !b.terminal {
		if what != b.what {
			fmt.Fprintf(b.out, "%s …\n", what)
		}
		b.what = what
		return
	}
	b.what = what
	if total <= 0 {
		fmt.Fprintf(b.out, "\r\x1b[K%s …", what)
		return
	}
	const width = 20
	full := int(width * min(done, total) / total)
	fmt.Fprintf(b.out, "\r\x1b[K%s %s%s %3d %%", what,
		strings.Repeat("▇", full), strings.Repeat("░", width-full), 100*min(done, total)/total)
}

// clear takes the bar off the terminal.
func (b *progressBar) clear() {
	if b.terminal && b.what != "" {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}
