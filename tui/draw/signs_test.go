package draw

import (
	"io"
	"slices"
	"testing"
)

// No sign loses its name where a line ends.
func TestSignsGoOnInTheNextLine(t *testing.T) {
	theme := NewTheme(io.Discard, false, true)
	all := []Sign{{"◆", "switch"}, {"○", "restart"}, {"▾▴", "off scale"}}
	for w, want := range map[int][]string{
		40: {" ◆ switch   ○ restart   ▾▴ off scale    "},
		35: {" ◆ switch   ○ restart              ", " ▾▴ off scale                      "},
		12: {" ◆ switch   ", " ○ restart  ", " ▾▴ off scal"},
	} {
		if got := Signs(theme, w, all); !slices.Equal(got, want) {
			t.Errorf("%d columns: got %q, want %q", w, got, want)
		}
	}
}
