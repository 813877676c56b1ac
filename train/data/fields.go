package data

import "bytes"

// splitFields cuts a line at its separators and takes the quotes off; false is
// a quote without an end.
func splitFields(fields [][]byte, line []byte, sep byte) ([][]byte, bool) {
	for {
		var quoted []byte
		line = bytes.TrimLeft(line, " ")
		if len(line) > 0 && line[0] == '"' {
			var ok bool
			if quoted, line, ok = unquote(line[1:]); !ok {
				return fields, false
			}
		}
		field, rest, more := bytes.Cut(line, []byte{sep})
		if quoted != nil {
			field = append(quoted, field...)
		}
		fields = append(fields, bytes.TrimSpace(field))
		if !more {
			return fields, true
		}
		line = rest
	}
}

// unquote reads up to the closing quote; two quotes stand for one.
func unquote(line []byte) (field, rest []byte, ok bool) {
	for {
		end := bytes.IndexByte(line, '"')
		if end < 0 {
			return nil, nil, false
		}
		field, line = append(field, line[:end]...), line[end+1:]
		if len(line) == 0 || line[0] != '"' {
			return field, line, true
		}
		field, line = append(field, '"'), line[1:]
	}
}

// separator is the one of comma, tab and semicolon that a line has most of.
func separator(line []byte) byte {
	best, most := byte(','), 0
	for _, sep := range []byte(",\t;") {
		if n := bytes.Count(line, []byte{sep}); n > most {
			best, most = sep, n
		}
	}
	return best
}
