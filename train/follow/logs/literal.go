package logs

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An object as JSON writes it or as Python prints it: strings in double or single
// quotes, true or True, null or None, and the bare NaN, Infinity, nan and inf that
// Python puts into both.

// literal is a value of an object, by its key; keys of objects in it are joined by
// dots. A list is its text.
type literal struct {
	key, text string
	kind      literalKind
}

type literalKind int

const (
	literalNumber literalKind = iota
	literalString
	literalOther // a truth value, nothing, or a list
)

const (
	mostLiterals = 10_000 // in an object
	mostDepth    = 16     // of objects in objects
)

// literals reads an object at the beginning of p, and says how many bytes it took;
// 0 where there is none, or not all of it.
func literals(p []byte) (out []literal, n int) {
	r := literalReader{p: p}
	if !r.object("", 0) {
		return nil, 0
	}
	return r.out, r.at
}

type literalReader struct {
	p   []byte
	at  int
	out []literal
}

// next is the next byte that is no space, without taking it; 0 at the end.
func (r *literalReader) next() byte {
	for r.at < len(r.p) {
		switch c := r.p[r.at]; c {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// take takes the byte that is next where it is c.
func (r *literalReader) take(c byte) bool {
	if r.next() != c || c == 0 {
		return false
	}
	r.at++
	return true
}

func (r *literalReader) object(prefix string, depth int) bool {
	if depth > mostDepth || !r.take('{') {
		return false
	}
	if r.take('}') {
		return true
	}
	for {
		key, ok := r.quoted()
		if !ok || !r.take(':') {
			return false
		}
		if !r.value(prefix+key, depth) {
			return false
		}
		if r.take('}') {
			return true
		}
		if !r.take(',') || len(r.out) > mostLiterals || len(prefix) > mostName {
			return false
		}
	}
}

func (r *literalReader) value(key string, depth int) bool {
	switch r.next() {
	case 0:
		return false
	case '{':
		return r.object(key+".", depth+1)
	case '"', '\'':
		text, ok := r.quoted()
		r.out = append(r.out, literal{key, text, literalString})
		return ok
	case '[', '(':
		from := r.at
		ok := r.list()
		r.out = append(r.out, literal{key, string(r.p[from:r.at]), literalOther})
		return ok
	}
	word := r.word()
	if word == "" {
		return false
	}
	kind := literalOther
	if _, ok := number(word); ok {
		kind = literalNumber
	}
	r.out = append(r.out, literal{key, word, kind})
	return true
}

// list passes over a list, and over whatever brackets are in it.
func (r *literalReader) list() bool {
	for open := 0; ; {
		switch r.next() {
		case 0:
			return false
		case '[', '(', '{':
			open++
			r.at++
		case ']', ')', '}':
			open--
			r.at++
			if open == 0 {
				return true
			}
		case '"', '\'':
			if _, ok := r.quoted(); !ok {
				return false
			}
		default:
			r.at++
		}
	}
}

// word takes what stands unquoted: a number or a name.
func (r *literalReader) word() string {
	from := r.at
	for r.at < len(r.p) {
		c := r.p[r.at]
		if c != '+' && c != '-' && c != '.' && c != '_' && !alphanumeric(c) {
			break
		}
		r.at++
	}
	return string(r.p[from:r.at])
}

// quoted takes a string in quotes of either kind.
func (r *literalReader) quoted() (string, bool) {
	quote := r.next()
	if quote != '"' && quote != '\'' {
		return "", false
	}
	r.at++
	rest := r.p[r.at:]
	if i := bytes.IndexByte(rest, quote); i >= 0 && bytes.IndexByte(rest[:i], '\\') < 0 {
		r.at += i + 1
		return strings.ToValidUTF8(string(rest[:i]), "�"), true
	}
	var out []byte
	for r.at < len(r.p) {
		c := r.p[r.at]
		r.at++
		switch {
		case c == quote:
			return strings.ToValidUTF8(string(out), "�"), true
		case c == '\\':
			if r.at == len(r.p) {
				return "", false
			}
			out = r.escape(out)
		default:
			out = append(out, c)
		}
	}
	return "", false
}

// escape takes what stands behind a backslash.
func (r *literalReader) escape(out []byte) []byte {
	c := r.p[r.at]
	r.at++
	switch c {
	case 'n':
		return append(out, '\n')
	case 't':
		return append(out, '\t')
	case 'r':
		return append(out, '\r')
	case 'u', 'x':
		n := 4
		if c == 'x' {
			n = 2
		}
		if r.at+n <= len(r.p) {
			if v, err := strconv.ParseUint(string(r.p[r.at:r.at+n]), 16, 32); err == nil {
				r.at += n
				return utf8.AppendRune(out, rune(v))
			}
		}
	}
	return append(out, c)
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// number reads a number as programs print it, NaN and infinities in any of their
// spellings.
func number(s string) (float64, bool) {
	if s == "" || len(s) > 64 || strings.ContainsAny(s, "_xX") {
		return 0, false
	}
	switch strings.ToLower(s) {
	case "nan", "-nan", "+nan":
		return math.NaN(), true
	}
	v, err := strconv.ParseFloat(s, 64)  // which knows inf and infinity
	if err != nil && !math.IsInf(v, 0) { // what is too large is infinite
		return 0, false
	}
	return v, true
}
