package race

import (
	"slices"
	"testing"
	"time"

	"optwatch/train/view"
)

func TestFolded(t *testing.T) {
	at := func(seconds float64, run string, kind view.EventKind, text string) view.Event {
		return view.Event{Elapsed: time.Duration(seconds * 1e9), Run: run, Kind: kind, Text: text}
	}
	info, told := view.EventInfo, view.EventDiagnosis
	events := []view.Event{
		at(1, "sgd", told, "unstable"), at(2, "adam", info, "begins"), at(3, "sgd", told, "unstable"), at(4, "sgd", told, "unstable"),
		at(5, "sgd", told, "stable"), at(6, "sgd", told, "unstable"),
		at(7, "", info, "f* is certified"), at(8, "", info, "f* is certified"),
		at(9, "sgd", info, "10 passes"), at(9.5, "adam", info, "10 passes"), at(10.9, "svrg", info, "10 passes"),
		at(20, "fedavg", info, "10 passes"), at(20, "fedavg", view.EventFailed, "10 passes"),
	}
	want := []view.Event{
		at(2, "adam", info, "begins"), at(4, "sgd", told, "unstable (3×)"), at(5, "sgd", told, "stable"), at(6, "sgd", told, "unstable"),
		at(7, "", info, "f* is certified"), at(8, "", info, "f* is certified"),
		at(9, "3 runs", info, "10 passes: sgd, adam, svrg"),
		at(20, "fedavg", info, "10 passes"), at(20, "fedavg", view.EventFailed, "10 passes"),
	}
	before := slices.Clone(events)
	if got := folded(events); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if !slices.Equal(events, before) {
		t.Error("the events themselves have changed")
	}
}
