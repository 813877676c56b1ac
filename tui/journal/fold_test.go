package journal

import (
	"fmt"
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
	want := []line{
		{Event: at(2, "adam", info, "begins")},
		{Event: at(4, "sgd", told, "unstable (3×)")},
		{Event: at(5, "sgd", told, "stable")},
		{Event: at(6, "sgd", told, "unstable")},
		{Event: at(7, "", info, "f* is certified")},
		{Event: at(8, "", info, "f* is certified")},
		{at(9, "3 runs", info, "10 passes: sgd, adam, svrg"), []string{"sgd", "adam", "svrg"}},
		{Event: at(20, "fedavg", info, "10 passes")},
		{Event: at(20, "fedavg", view.EventFailed, "10 passes")},
	}
	before := slices.Clone(events)
	if got := folded(events); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if !slices.Equal(events, before) {
		t.Error("the events themselves have changed")
	}
}

// A key that is held changes a setting many times a second: that is one line, from
// what the setting was to what it has become. Other settings, other runs and later
// changes have lines of their own.
func TestChangesInARowAreOneLine(t *testing.T) {
	at := func(seconds float64, run, text string) view.Event {
		return view.Event{Elapsed: time.Duration(seconds * 1e9), Run: run, Kind: view.EventSetting, Text: text}
	}
	var got []string
	for _, e := range folded([]view.Event{
		at(1, "sgd", "lr 0.1 → 0.125"), at(1.1, "adam", "lr 0.001 → 0.00125"), at(1.2, "sgd", "lr 0.125 → 0.1562"), at(1.3, "sgd", "lr 0.1562 → 0.1953"),
		at(1.4, "sgd", "batch 64 → 128"), at(1.5, "sgd", "batch 128 → 256"),
		at(4, "sgd", "batch 256 → 512"), at(4.5, "sgd", "local epochs 1 → 2"), at(4.6, "sgd", "local epochs 2 → 3"), at(4.7, "sgd", "client c1 dropped"),
		at(4.8, "sgd", "lr 9 → 10"), at(4.9, "sgd", "lr 0.5 → 0.6"), at(5, "sgd", "lr 0.6 → 0.6"), at(5.1, "sgd", "rate 0.6 → 0.7"),
	}) {
		got = append(got, e.Run+" "+e.Text)
	}
	want := []string{
		"adam lr 0.001 → 0.00125", "sgd lr 0.1 → 0.1953 (3×)", "sgd batch 64 → 256 (2×)", "sgd batch 256 → 512", "sgd local epochs 1 → 3 (2×)", "sgd client c1 dropped",
		"sgd lr 9 → 10", "sgd lr 0.5 → 0.6 (2×)", "sgd rate 0.6 → 0.7",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
