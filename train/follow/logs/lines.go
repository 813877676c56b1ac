package logs

import (
	"bytes"
	"fmt"
)

// longestLine is the longest line that is kept until its end has come.
const longestLine = 4 << 20

// lostBytes is said of a line by its number.
const lostBytes = "line %d has zeros in it, where bytes of the file are lost"

// lines splits a stream of bytes into lines. A line ends in a line feed; a carriage
// return before it belongs to the end. Where a file system has lost bytes of a
// file, it has zeros: those around a line are taken off, those within it are left
// to whoever reads it. Bytes that are no UTF-8 are left as they are.
type lines struct {
	begun   []byte // of the line whose end has not come
	number  int    // of the lines that have ended
	tooLong bool   // the line that has begun is, and is passed over
}

// each calls take with the lines that p ends, without their ends, and counts those
// that are too long, or have lost bytes. A line is valid during the call only.
func (l *lines) each(p []byte, f *Found, take func(line []byte)) {
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			l.keep(p)
			return
		}
		l.number++
		line := p[:end]
		p = p[end+1:]
		if len(l.begun) > 0 || l.tooLong {
			l.keep(line)
			line = l.begun
		}
		if l.tooLong || len(line) > longestLine {
			f.Skip(fmt.Sprintf("line %d is longer than 4 MB", l.number))
		} else if line = l.trim(line); bytes.IndexByte(line, 0) >= 0 {
			f.Skip(fmt.Sprintf(lostBytes, l.number))
		} else {
			take(line)
		}
		l.tooLong = false
		if cap(l.begun) > 64<<10 {
			l.begun = nil
		}
		l.begun = l.begun[:0]
	}
}

// keep adds to the line that has begun.
func (l *lines) keep(p []byte) {
	if l.tooLong || len(l.begun)+len(p) > longestLine {
		l.tooLong, l.begun = true, nil
		return
	}
	l.begun = append(l.begun, p...)
}

// trim takes off what belongs to no line: zeros, a carriage return, and the mark
// that some editors put before the first.
func (l *lines) trim(line []byte) []byte {
	line = bytes.Trim(line, "\x00")
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = bytes.TrimRight(line[:n-1], "\x00")
	}
	if l.number == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	return line
}
