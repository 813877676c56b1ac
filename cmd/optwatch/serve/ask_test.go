package serve

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestAsk(t *testing.T) {
	s := serving(t)
	for _, c := range []struct {
		words  []string
		status int
		says   string
	}{
		{[]string{"status"}, done, "sgd"},
		{[]string{"tell", "sgd", "pause"}, done, "done"},
		{[]string{"tell", "run=no such run's", "pause"}, notUnderstood, "no such run's"},
		{[]string{"dance"}, notUnderstood, "not understood"},
		{nil, notUnderstood, "status"},
	} {
		out := &paper{}
		status, err := Ask(t.Context(), s.socket, c.words, out, out)
		if err != nil || status != c.status || !strings.Contains(out.String(), c.says) {
			t.Errorf("%q: status %d, %v, want %d with %q: %s", c.words, status, err, c.status, c.says, out)
		}
	}
	s.wantNobody(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Ask(ended, s.socket, []string{"status"}, io.Discard, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := Ask(t.Context(), s.socket+"x", []string{"status"}, io.Discard, io.Discard); err == nil {
		t.Error("there is nobody, and no error")
	}
	if _, err := Ask(t.Context(), s.socket, []string{"status"}, full{}, io.Discard); err == nil || errors.Is(err, ErrGone) {
		t.Errorf("where the answer cannot be printed: %v", err)
	}
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }
