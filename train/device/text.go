package device

import (
	"strconv"
	"strings"
)

// clean drops from a text what is no printable character.
func Printable(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' {
			return ' '
		}
		if !strconv.IsPrint(r) || r == '\uFFFD' {
			return -1
		}
		return r
	}, text))
}
