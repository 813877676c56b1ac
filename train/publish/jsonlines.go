package publish

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// jsonLines is an object a line. NaN is null; infinities are bare, as Python
// writes and reads them, for JSON has no word for them.
type jsonLines struct{}

func (jsonLines) extension() string    { return ".jsonl" }
func (jsonLines) open() bool           { return true }
func (jsonLines) head([]string) []byte { return nil }

func (jsonLines) encode(l line, columns []string) []byte {
	text := []byte{'{'}
	for _, name := range columns {
		v, known := l[name]
		if !known {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		key, _ := json.Marshal(name) // a string always can be
		text = append(append(text, key...), ':')
		switch {
		case math.IsNaN(v):
			text = append(text, "null"...)
		case math.IsInf(v, 0):
			text = append(text, map[bool]string{true: "Infinity", false: "-Infinity"}[v > 0]...)
		default:
			text = number(text, v)
		}
	}
	return append(text, '}', '\n')
}

// number appends the shortest text that is the number to the bit. What people
// can read without an exponent has none.
func number(text []byte, v float64) []byte {
	const leastPlain, mostPlain = 1e-4, 1e15
	if a := math.Abs(v); v == 0 || leastPlain <= a && a < mostPlain {
		return strconv.AppendFloat(text, v, 'f', -1, 64)
	}
	return strconv.AppendFloat(text, v, 'g', -1, 64)
}

func (jsonLines) decode(text []byte) (lines []line, columns []string) {
	for part := range bytes.Lines(text) {
		if l := object(bytes.TrimSpace(part)); l != nil {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// object reads one line as it is written here: an object of numbers. It is nil
// where that is none.
func object(text []byte) line {
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return nil
	}
	l := line{}
	for rest := text[1 : len(text)-1]; len(rest) > 0; {
		end := closing(rest)
		var name string
		if end < 0 || json.Unmarshal(rest[:end+1], &name) != nil {
			return nil
		}
		rest = rest[end+1:]
		if len(rest) == 0 || rest[0] != ':' {
			return nil
		}
		value, after, _ := bytes.Cut(rest[1:], []byte{','})
		rest = after
		if string(value) == "null" {
			l[name] = math.NaN()
			continue
		}
		v, err := strconv.ParseFloat(string(value), 64)
		if err != nil {
			return nil
		}
		l[name] = v
	}
	return l
}

// closing is where the string ends that a text begins with; -1 where it does not.
func closing(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}
