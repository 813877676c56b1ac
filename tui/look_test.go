package tui

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"optwatch/train/view"
)

// The places of the panes as the keys 1 to 7 have them.
const (
	leftChart = iota
	rightChart
	paneRuns
	paneLog
	paneClients
	paneDevices
	paneDiagnosis
)

func TestSelection(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "k")
	if raceOf(m).Selected != 0 {
		t.Error("k goes above the first run")
	}
	press(m, "down", "j", "j", "j")
	if raceOf(m).Selected != 2 {
		t.Errorf("selected %d, want the last run", raceOf(m).Selected)
	}
	src.snap = sample(2, 40) // the selected run is gone
	tick(m, time.Unix(1, 0))
	if raceOf(m).Run() == nil {
		t.Error("nothing is selected")
	}
}

func TestFilter(t *testing.T) {
	src := &stub{snap: sample(6, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "/", "s", "v", "r", "g")
	if got := len(raceOf(m).Listed); got != 2 { // svrg, adam+svrg
		t.Errorf("%d runs pass", got)
	}
	press(m, "enter", " ")
	wantAsked(t, src, view.Command{Kind: view.Pause, Run: 2})
	press(m, "esc")
	if len(raceOf(m).Listed) != 6 {
		t.Error("esc does not show all runs again")
	}
	press(m, "/", "?")
	wantSeen(t, m, "no run matches")
}

func TestZoomFocusAndTabs(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	press(m, "4", "z")
	if _, ok := m.lay.Find(paneLog); !ok || len(m.lay.Panes) != 1 {
		t.Error("z does not zoom the log")
	}
	press(m, "tab")
	if m.Focus != leftChart || m.lay.Panes[0].Pane != leftChart {
		t.Error("tab does not go on to the first pane")
	}
	press(m, "shift+tab", "esc")
	if m.Focus != paneLog || len(m.lay.Panes) != 4 {
		t.Error("shift+tab or esc does nothing")
	}
}

// logOf is a source with so many lines in its log.
func logOf(lines int) *stub {
	s := sample(1, 40)
	s.Events = nil
	for i := range lines {
		s.Events = append(s.Events, view.Event{Elapsed: time.Duration(i) * time.Second, Text: "event number " + strconv.Itoa(i)})
	}
	return &stub{snap: s}
}

// The log scrolls until its first line is seen, and no further.
func TestLogScrollsOverItsLinesOnly(t *testing.T) {
	for _, zoom := range []bool{true, false} {
		m := newTestModel(logOf(40), 120, 40)
		press(m, "4")
		if zoom {
			press(m, "z")
		}
		place, _ := m.lay.Find(paneLog)
		_, rows := place.Inner()
		for range 60 {
			press(m, "k")
		}
		if got := strings.Count(m.View(), "event number"); got != rows {
			t.Errorf("zoom %v: %d events on %d rows", zoom, got, rows)
		}
		wantSeen(t, m, "event number 0 ")
		if n := 40 - rows; n > 0 {
			wantSeen(t, m, strconv.Itoa(n)+" newer")
		}
		press(m, "j") // the very next key goes the other way, to a line that is in sight
		if !strings.Contains(m.View(), "▸  0:01  event number 1 ") || rows < 40 && !seen(m, strconv.Itoa(40-rows)+" newer") {
			t.Errorf("zoom %v: j selects another than the second line, or scrolls:\n%s", zoom, m.View())
		}
		for range rows - 1 {
			press(m, "j")
		}
		if n := 39 - rows; n > 0 {
			wantSeen(t, m, strconv.Itoa(n)+" newer")
		}
	}
	m := newTestModel(logOf(3), 120, 40)
	press(m, "4", "z", "k", "k", "k")
	if strings.Contains(m.View(), "newer") {
		t.Errorf("three lines scroll:\n%s", m.View())
	}
}

// A mere acknowledgement is no line of the log; that a command was refused is one.
func TestLogLeavesOutAcknowledgements(t *testing.T) {
	src := logOf(2)
	m := newTestModel(src, 120, 40)
	press(m, "4", "z")
	rows := func() int { return strings.Count(m.View(), "  0:") + strings.Count(m.View(), "  1:") }
	before := rows()
	press(m, " ", "]", "]")
	if got := rows(); got != before {
		t.Errorf("%d lines after %d, though all was carried out:\n%s", got, before, m.View())
	}
	src.quiet = true
	press(m, "]")
	src.refuse(src.ids[len(src.ids)-1], "sgd: too large")
	tick(m, time.Unix(1, 0))
	if got := rows(); got != before+1 {
		t.Errorf("%d lines after %d, though one command was refused:\n%s", got, before, m.View())
	}
}
