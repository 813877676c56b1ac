package logs

import (
	"slices"
	"strings"
	"testing"
)

func TestSplitsLines(t *testing.T) {
	long := strings.Repeat("x", longestLine)
	for _, c := range []struct {
		what, text string
		want       []string
		bad        int
	}{
		{"none", "", nil, 0},
		{"half of one", "abc", nil, 0},
		{"both ends", "a\nb\r\n\n\rc\r", []string{"a", "b", ""}, 0},
		{"zeros", "\x00a\x00\n\x00b\x00c\r\n", []string{"a"}, 1},
		{"a mark", "\ufeffa\n\ufeffb\n", []string{"a", "\ufeffb"}, 0},
		{"no UTF-8", "\xff\xfe\n", []string{"\xff\xfe"}, 0},
		{"the longest", long + "\nb\n", []string{long, "b"}, 0},
		{"longer ones", long + "x\nb\n" + long + long + long + "\nc\n", []string{"b", "c"}, 2},
	} {
		for _, n := range []int{1, 7, 997, 1 << 20, 100 << 20} {
			if n < 997 && len(c.text) > 1000 {
				continue
			}
			var l lines
			var f Found
			var got []string
			for p := range slices.Chunk([]byte(c.text), n) {
				l.each(p, &f, func(line []byte) { got = append(got, string(line)) })
				if cap(l.begun) > 2*longestLine {
					t.Errorf("%s: %d bytes are kept", c.what, cap(l.begun))
				}
			}
			if !slices.Equal(got, c.want) || f.Bad != c.bad {
				t.Errorf("%s in pieces of %d: %d lines, %d bad, want %d, %d", c.what, n, len(got), f.Bad, len(c.want), c.bad)
			}
		}
	}
}
