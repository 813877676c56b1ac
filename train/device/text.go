package device

import (
	"strconv"
	"strings"
)

// Printable drops from a text what is no printable character, so that a terminal
// obeys nothing in it. Names and commands come from drivers, programs and files.
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
