package nvidia

import (
	"strings"
	"testing"
)

func FuzzBDF(f *testing.F) {
	f.Add("00000000:3B:00.0")
	f.Add("0000:3b:00.0")
	f.Add("00000000:")
	f.Fuzz(func(t *testing.T, text string) {
		bdf := BDF(text)
		if bdf != strings.ToLower(bdf) || len(bdf) > len(strings.ToLower(text)) {
			t.Errorf("%q became %q", text, bdf)
		}
	})
}
