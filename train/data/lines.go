package data

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// maxLine bounds a line of text, so that a gzip bomb without line breaks does
// not fill the memory.
const maxLine = 16 << 20

// lines reads text line by line and knows where it is.
type lines struct {
	source *source
	scan   *bufio.Scanner
	number int    // of the present line, from 1
	text   []byte // the present line without its end; valid until next
}

func newLines(s *source) *lines {
	scan := bufio.NewScanner(s)
	scan.Buffer(make([]byte, 0, sourceBuffer), maxLine)
	return &lines{source: s, scan: scan}
}

// next goes to the next line; false is the end of the file or an error.
func (l *lines) next() bool {
	// Before it gives up over a broken file, the scanner hands out half a line.
	if l.number == math.MaxInt32 || !l.scan.Scan() || l.scan.Err() != nil {
		return false
	}
	l.number++
	l.text = l.scan.Bytes()
	if l.number == 1 {
		l.text = bytes.TrimPrefix(l.text, []byte("\xef\xbb\xbf")) // the byte order mark of some spreadsheets
	}
	return true
}

// err is what ended the lines, nil at the end of the file.
func (l *lines) err() error {
	err := l.scan.Err()
	switch {
	case err == nil && l.number == math.MaxInt32:
		return l.bad("one more line", fmt.Sprintf("at most %d", math.MaxInt32))
	case err == nil:
		return nil
	case errors.Is(err, bufio.ErrTooLong):
		l.number++
		return l.bad(fmt.Sprintf("more than %d bytes without a line break", maxLine), "lines of text")
	}
	return l.source.fault(err, "more text")
}

// bad is an error at the present line.
func (l *lines) bad(found, expected string) error {
	return fmt.Errorf("%s: line %d: found %s, expected %s", l.source.path, l.number, found, expected)
}

// value reads a field that has to be a finite number.
func (l *lines) value(field []byte, what string) (float64, error) {
	if v, ok := smallInteger(field); ok {
		return v, nil
	}
	v, err := strconv.ParseFloat(string(field), 64)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, l.bad(quote(string(field))+" as "+what, "a finite number")
	case err != nil:
		return 0, l.bad(quote(string(field))+" as "+what, "a number")
	}
	return v, nil
}

// smallInteger reads the one to eight digits that most fields of most files are.
func smallInteger(field []byte) (float64, bool) {
	if len(field) == 0 || len(field) > 8 {
		return 0, false
	}
	v := 0
	for _, c := range field {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	return float64(v), true
}

// quote is a piece of a file as a message shows it: escaped, and not too much of it.
func quote(s string) string {
	const most = 32
	if len(s) > most {
		return strconv.Quote(s[:most]) + "…"
	}
	return strconv.Quote(s)
}
