package logs

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// deepestJSON is how deep objects and lists may lie in each other. A deeper one is
// refused, since each level costs a call.
const deepestJSON = 100

// jsonText reads JSON from its beginning to its end, a value at a time, and keeps
// nothing: who calls it says what is to be done with an object's members. It takes
// the NaN, Infinity and -Infinity that Python writes, which the standard does not
// know.
type jsonText struct {
	b  []byte
	at int
}

type jsonKind byte

// The kinds of value, each with the byte that it begins with, where there is one.
const (
	jsonNumber jsonKind = '0'
	jsonString jsonKind = '"'
	jsonObject jsonKind = '{'
	jsonList   jsonKind = '['
	jsonWord   jsonKind = 'w' // true, false and null
)

// jsonValue is a value that was passed over.
type jsonValue struct {
	kind   jsonKind
	number float64
	raw    []byte // as it is written
}

// text is a value for people to read: a string without its quotes, others as they
// are written.
func (v jsonValue) text() string {
	if v.kind == jsonString {
		return jsonUnquote(v.raw)
	}
	return string(v.raw)
}

func (j *jsonText) wrong(what string) error {
	return fmt.Errorf("byte %d: %s", j.at, what)
}

var errTooDeep = errors.New("objects and lists lie deeper in each other than 100 levels")

// next passes over white space and is the byte after it; 0 at the end.
func (j *jsonText) next() byte {
	for ; j.at < len(j.b); j.at++ {
		switch c := j.b[j.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// end is an error unless nothing but white space follows.
func (j *jsonText) end() error {
	if j.next() != 0 || j.at < len(j.b) {
		return j.wrong("something follows the end")
	}
	return nil
}

// object passes over an object, and calls member at the value of each key, which it
// must pass over. The key is valid during the call only.
func (j *jsonText) object(member func(key []byte) error) error {
	return j.group('{', '}', func() error {
		key, err := j.key()
		if err != nil {
			return err
		}
		return member(key)
	})
}

// list passes over a list, and calls item at each item, which it must pass over.
func (j *jsonText) list(item func() error) error {
	return j.group('[', ']', item)
}

func (j *jsonText) group(open, shut byte, part func() error) error {
	if j.next() != open {
		return j.wrong("no " + string(open))
	}
	j.at++
	if j.next() == shut {
		j.at++
		return nil
	}
	for {
		if err := part(); err != nil {
			return err
		}
		switch c := j.next(); {
		case c == shut:
			j.at++
			return nil
		case c == ',':
			j.at++
		default:
			return j.wrong("neither a comma nor an end")
		}
	}
}

func (j *jsonText) key() ([]byte, error) {
	if j.next() != '"' {
		return nil, j.wrong("no name of a member")
	}
	raw, plain, err := j.quoted()
	if err != nil {
		return nil, err
	}
	if j.next() != ':' {
		return nil, j.wrong("no colon after a name")
	}
	j.at++
	if plain {
		return raw[1 : len(raw)-1], nil
	}
	return []byte(jsonUnquote(raw)), nil
}

// quoted passes over a string. It is plain where nothing in it is written otherwise
// than it reads.
func (j *jsonText) quoted() (raw []byte, plain bool, err error) {
	plain = true
	for i := j.at + 1; i < len(j.b); i++ {
		switch j.b[i] {
		case '\\':
			plain = false
			i++
		case '"':
			raw = j.b[j.at : i+1]
			j.at = i + 1
			return raw, plain, nil
		}
	}
	return nil, false, j.wrong("a string without an end")
}

// value passes over any value.
func (j *jsonText) value() (jsonValue, error) { return j.valueAt(0) }

func (j *jsonText) valueAt(depth int) (jsonValue, error) {
	if depth > deepestJSON {
		return jsonValue{}, errTooDeep
	}
	c := j.next()
	from := j.at
	switch c {
	case '{':
		err := j.object(func([]byte) error { _, err := j.valueAt(depth + 1); return err })
		return jsonValue{kind: jsonObject, raw: j.b[from:j.at]}, err
	case '[':
		err := j.list(func() error { _, err := j.valueAt(depth + 1); return err })
		return jsonValue{kind: jsonList, raw: j.b[from:j.at]}, err
	case '"':
		raw, _, err := j.quoted()
		return jsonValue{kind: jsonString, raw: raw}, err
	}
	return j.bare()
}

// bare passes over a number, or one of the words.
func (j *jsonText) bare() (jsonValue, error) {
	from := j.at
	for ; j.at < len(j.b); j.at++ {
		c := j.b[j.at]
		if c < '0' && c != '-' && c != '+' && c != '.' || c > '9' && c < 'A' || c > 'Z' && c < 'a' || c > 'z' {
			break
		}
	}
	raw := j.b[from:j.at]
	switch string(raw) {
	case "true", "false", "null":
		return jsonValue{kind: jsonWord, raw: raw}, nil
	}
	if number, ok := decimal(raw); ok {
		return jsonValue{kind: jsonNumber, number: number, raw: raw}, nil
	}
	j.at = from
	return jsonValue{}, j.wrong("no value")
}

// jsonUnquote is what a string says. Half of a pair of surrogates becomes the sign
// for what is no character; bytes that are no UTF-8 do so too.
func jsonUnquote(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if s = string(raw[1 : len(raw)-1]); utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// decimal is a number as programs print them. Unlike strconv it takes neither
// hexadecimal digits nor underscores, which are some other thing's name.
func decimal(p []byte) (float64, bool) {
	if len(p) == 0 || len(p) > 1000 {
		return 0, false
	}
	for _, c := range p {
		if c == '_' || c == 'x' || c == 'X' || c == 'p' || c == 'P' {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(string(p), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return math.NaN(), false
	}
	return v, true
}
