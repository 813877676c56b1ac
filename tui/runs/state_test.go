package runs

import (
	"io"
	"testing"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// A federated run shows its round while it runs, and all show how they stand.
func TestStateInWords(t *testing.T) {
	s := New(&pane.Screen{Theme: draw.NewTheme(io.Discard, false, true), Snap: &view.Snapshot{}})
	f := &view.Federation{Round: 11, Underway: true}
	for _, test := range []struct {
		run  view.Run
		want string
	}{
		{view.Run{Federation: f, Activity: "client 3"}, "▶ round 12"},
		{view.Run{Federation: &view.Federation{Round: 11}}, "▶ round 11"},
		{view.Run{Federation: &view.Federation{}, Activity: "plot point"}, "▶ plot point"},
		{view.Run{Federation: f, State: view.Paused}, "‖ paused"},
		{view.Run{State: view.Failed, Reason: "exit status 1"}, "✗ failed"},
		{view.Run{State: view.Failed, Reason: "crashed: its process is gone"}, "✗ crashed"},
		{view.Run{Federation: f, Pending: view.Changing}, "▶ changing…"},
	} {
		if glyph, word, _ := s.StateOf(&test.run); glyph+" "+word != test.want {
			t.Errorf("got %s %s, want %s", glyph, word, test.want)
		}
	}
}
