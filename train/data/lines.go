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
	v, ok := finite(field)
	if !ok {
		return 0, l.noNumber(field, what)
	}
	return v, nil
}

// noNumber is the error of a field that is no finite number.
func (l *lines) noNumber(field []byte, what string) error {
	v, err := strconv.ParseFloat(string(field), 64)
	expected := "a number"
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		expected = "a finite number"
	case err == nil:
		expected = fmt.Sprintf("a decimal number, which would be %g", v)
	}
	return l.bad(quote(string(field))+" as "+what, expected)
}

// finite is the finite number that a field is, if it is one. As Go alone writes
// numbers, with 0x before or _ amid them, no file of data does on purpose.
func finite(field []byte) (float64, bool) {
	if v, ok := decimal(field); ok {
		return v, true
	}
	if bytes.ContainsAny(field, "xX_") {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(field), 64)
	return v, err == nil && v-v == 0
}

// exactDigits is how many digits make a whole number that a float64 holds exactly.
const exactDigits = 15

// powersOfTen are exact.
var powersOfTen = [exactDigits + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// decimal reads what most fields of most files are: a sign, a few digits and a
// point among them. The digits and the power of ten are exact, and so their
// quotient is rounded once, as the nearest number to the text has to be.
func decimal(field []byte) (float64, bool) {
	rest := field
	if len(rest) > 0 && (rest[0] == '-' || rest[0] == '+') {
		rest = rest[1:]
	}
	digits, behind, pointed := 0, 0, false
	mantissa := int64(0)
	for _, c := range rest {
		switch {
		case c >= '0' && c <= '9':
			mantissa = mantissa*10 + int64(c-'0')
			if digits++; pointed {
				behind++
			}
		case c == '.' && !pointed:
			pointed = true
		default:
			return 0, false
		}
		if digits > exactDigits {
			return 0, false
		}
	}
	if digits == 0 {
		return 0, false
	}
	v := float64(mantissa)
	if behind > 0 {
		v /= powersOfTen[behind]
	}
	if field[0] == '-' {
		v = -v
	}
	return v, true
}

// quote is a piece of a file as a message shows it: escaped, and not too much of it.
func quote(s string) string {
	const most = 32
	if len(s) > most {
		return strconv.Quote(s[:most]) + "…"
	}
	return strconv.Quote(s)
}
