package cellstest

import "testing"

func TestScreen(t *testing.T) {
	var s Screen
	for _, part := range []string{"\x1b[2J\x1b[Hrun 1: 4", "0 %\r\n\x1b[31mend", "\x1b[1;8H5\x1b[0", "m\x1b]0;title\a\x1b[?25l", "\x1b[2;2H\xe2\x94", "\x80\x1b[K", "漢\x1b[2;5H!"} {
		if n, err := s.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	want := "\x1b[2J\x1b[Hrun 1: 4\r\nrun 1: 4" + "0 %\r\n\x1b[31mend\r\nrun 1: 40 %\r\nend" +
		"\x1b[1;8H5\x1b[0\r\nrun 1: 50 %" + "m\x1b]0;title\a\x1b[?25l" + "\x1b[2;2H\xe2\x94" + "\x80\x1b[K\r\ne─" + "漢\x1b[2;5H!\r\ne─漢!"
	if got := s.String(); got != want || s.Len() != len(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
