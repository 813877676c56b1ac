package logs

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// Text is what a program prints, in a file or through a pipe. Each line is tried
// by the adapters, one for each way of printing a step; the first that knows a
// line names what is printed. All lines are also passed on as they are, without
// colours and without what a later line on the same row of the terminal replaced.
var text = Format{
	Name:  "text",
	Title: "text with losses in it (*.log, *.out, *.txt, stdout*)",
	Find: func(d *Folder) []string {
		var out []string
		for _, e := range d.Entries {
			if textName(e.Name()) && d.begins(e.Name(), textual) {
				out = append(out, e.Name())
			}
		}
		return out
	},
	Open: func(path string) Follower { return NewTail(path, NewText) },
}

// adapter knows one way in which programs print a step.
type adapter struct {
	name string
	// take adds what a line says to f, and says whether there was a number in it
	// other than how far the run is. It adds nothing where it says no, except to
	// About.
	take func(t *textReader, line string, f *Found) bool
}

// adapters in the order in which they are tried; the one that names a stream is
// tried before all others.
var adapters = []adapter{
	{"llm.c", takeLLMC},
	{"nanoGPT", takeNanoGPT},
	{"Hugging Face", takeHuggingFace},
	{"tqdm", takeTqdm},
	{"Keras", takeKeras},
	{"text", takePairs},
}

const (
	mostLine  = 16 << 10 // bytes of a line that are looked at
	mostShown = 4 << 10  // and that are passed on
	mostLines = 400      // that are passed on at once
)

// textReader takes text apart.
type textReader struct {
	line  []byte // what has come of the line, as far as it is looked at
	long  int    // bytes that have come of it
	rows  int    // of the terminal that have ended
	row   string // what stood on this row of the terminal before it
	named *adapter

	logged     int     // lines that told no step of their own, by their count
	epoch      float64 // the last that was named; -1 before it
	epochs     float64 // of how many
	firstEpoch float64 // the first; -1 before it
	bar        bar     // the progress bar that was seen last
}

// NewText is a reader of what a program prints.
func NewText() Reader { return newText() }

func newText() *textReader { return &textReader{epoch: -1, firstEpoch: -1} }

// Read takes lines apart. A carriage return begins the same row of the terminal
// anew.
func (t *textReader) Read(p []byte, f *Found) {
	for len(p) > 0 {
		i := bytes.IndexAny(p, "\r\n")
		if i < 0 {
			t.keep(p)
			return
		}
		t.keep(p[:i])
		t.end(p[i] == '\n', f)
		p = p[i+1:]
	}
}

// keep adds to the line as far as it is looked at. The zeros before it are none of
// it: a file system that has lost bytes has put them there.
func (t *textReader) keep(p []byte) {
	if t.long == 0 {
		p = bytes.TrimLeft(p, "\x00")
	}
	t.long += len(p)
	t.line = append(t.line, p[:min(len(p), mostLine-len(t.line))]...)
}

// end ends a line, and where row is set the row of the terminal.
func (t *textReader) end(row bool, f *Found) {
	whole, line := t.whole(f), plain(t.line)
	t.line, t.long = t.line[:0], 0
	if strings.TrimSpace(line) != "" {
		if whole {
			t.take(line, f)
		}
		t.row = line
	}
	if row {
		t.rows++
		t.show(t.row, f)
		t.row = ""
	}
}

// whole says whether a line is as it was printed; one that is not is counted.
func (t *textReader) whole(f *Found) bool {
	switch {
	case t.long > longestLine:
		f.Skip(fmt.Sprintf("line %d is longer than 4 MB", t.rows+1))
	case bytes.IndexByte(bytes.TrimRight(t.line, "\x00"), 0) >= 0:
		f.Skip(fmt.Sprintf(lostBytes, t.rows+1))
	default:
		return true
	}
	return false
}

// show passes a line on.
func (t *textReader) show(line string, f *Found) {
	f.Print(cutLine(strings.TrimRight(line, " ")))
}

// take tries the adapters.
func (t *textReader) take(line string, f *Found) {
	if !strings.ContainsAny(line, "0123456789nN") {
		return
	}
	if t.named != nil && t.named.take(t, line, f) {
		return
	}
	for i := range adapters {
		a := &adapters[i]
		if a == t.named || !a.take(t, line, f) {
			continue
		}
		if t.named == nil {
			t.named = a
			f.About.Writer = a.name
		}
		return
	}
}

// plain is a line without what steers a terminal.
func plain(p []byte) string {
	var out strings.Builder
	out.Grow(len(p))
	for len(p) > 0 {
		c := p[0]
		switch {
		case c == 0x1b:
			p = p[escapeLength(p):]
		case c == '\t':
			out.WriteByte(' ')
			p = p[1:]
		case c < ' ' || c == 0x7f:
			p = p[1:]
		case c < utf8.RuneSelf:
			out.WriteByte(c)
			p = p[1:]
		default:
			r, n := utf8.DecodeRune(p)
			if r < 0x80 || r > 0x9f { // those steer terminals too
				out.WriteRune(r)
			}
			p = p[n:]
		}
	}
	return out.String()
}

// escapeLength is how long the sequence is that an escape begins: of ECMA-48, a
// control sequence to its last byte, a string to its terminator, or a letter.
func escapeLength(p []byte) int {
	if len(p) < 2 {
		return len(p)
	}
	switch p[1] {
	case '[':
		for i, c := range p[2:] {
			if c >= 0x40 && c <= 0x7e {
				return i + 3
			}
		}
		return len(p)
	case ']', 'P', 'X', '^', '_':
		for i, c := range p[2:] {
			if c == '\a' {
				return i + 3
			}
			if c == 0x1b {
				return min(i+4, len(p))
			}
		}
		return len(p)
	}
	if p[1] >= 0x20 && p[1] < 0x7f {
		return 2
	}
	return 1
}

// cutLine is a line as far as it is shown.
func cutLine(s string) string {
	if len(s) <= mostShown {
		return s
	}
	n := mostShown - len("…")
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// textName says whether a file may hold what a program printed, by its name.
func textName(name string) bool {
	if strings.HasPrefix(name, "stdout") {
		return true
	}
	switch path.Ext(name) {
	case ".log", ".out", ".txt":
		return true
	}
	return false
}

// textual says whether a file begins like the output of training: with two lines
// in which an adapter finds a step.
func textual(head []byte) bool {
	t, f := newText(), &Found{}
	t.Read(head, f)
	return len(f.Rows) >= 2
}
