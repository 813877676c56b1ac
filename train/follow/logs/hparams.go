package logs

import (
	"strconv"
	"strings"
)

// hyperparameters are those that torch's add_hparams writes, as a map from keys to
// values of google.protobuf.Value.
func hyperparameters(m message, f *Found) {
	for _, start := range m.all(3) { // session_start_info
		for _, entry := range start.all(1) {
			var key string
			var value message
			for len(entry) > 0 {
				q, err := entry.next()
				if err != nil {
					break
				}
				switch q.number {
				case 1:
					key = lineOf(q.bytes)
				case 2:
					value = q.bytes
				}
			}
			if text, ok := textOf(value); ok && key != "" && len(f.Config) < 10_000 {
				f.Config = append(f.Config, Parameter{key, text})
			}
		}
	}
}

// textOf is a google.protobuf.Value in words.
func textOf(m message) (string, bool) {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return "", false
		}
		switch q.number {
		case 1:
			return "null", true
		case 2:
			return strconv.FormatFloat(q.float64(), 'g', -1, 64), true
		case 3:
			return strings.ToValidUTF8(string(q.bytes[:min(len(q.bytes), 4096)]), "�"), true
		case 4:
			return strconv.FormatBool(q.bits != 0), true
		}
	}
	return "", false
}
