package recording

import (
	"reflect"
	"strings"
	"testing"
)

// A reel ends with the view with which a player ends.
func TestReel(t *testing.T) {
	text := recorded(t)
	r := Reel{Name: "x"}
	if r.View() != nil {
		t.Errorf("got %+v before the first line, want none", r.View())
	}
	for line := range strings.Lines(text) {
		if err := r.Add([]byte(line)); err != nil {
			t.Fatal(err)
		}
		if err := r.Add([]byte(`{"schema":1}`)); err == nil {
			t.Fatal("a line without a time is taken")
		}
	}
	p := Play(t.Context(), strings.NewReader(text), "x", false)
	if err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	got, want := *r.View(), *p.View()
	if len(got.Devices) != 1 || len(got.Devices[0].History) != len(want.Devices[0].History) || !reflect.DeepEqual(got.Events, want.Events) ||
		got.At != want.At || got.RecordedAt != want.RecordedAt || got.Replaying != want.Replaying || !reflect.DeepEqual(got.Devices[0].Readings, want.Devices[0].Readings) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
