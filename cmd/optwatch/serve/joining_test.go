package serve

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/view"
)

// gathering is a federation of two clients, at whose door two wait.
func gathering() *stub {
	s := drivable()
	s.snap.Joining = &view.Joining{
		Address: "192.0.2.7:7422", Line: "optwatch join 192.0.2.7:7422/secret", Expires: time.Unix(1000, 0), Clients: 2, There: 1,
		Waiting: []view.Applicant{{Key: "0a0a-0b0b", Name: "lab", Host: "box\x1b[2J", Version: "0.1.0", Examples: 600}, {Key: "ffff-0000", Host: "other"}},
		Refused: []view.Refusal{{Reason: "wrong secret", Count: 3}},
	}
	s.snap.Accepts = append(s.snap.Accepts, view.Admit, view.TurnAway, view.NewLine)
	return s
}

// Who waits is let in or turned away in words too.
func TestTellAtTheDoor(t *testing.T) {
	for _, c := range []struct {
		words string
		want  []view.Command
	}{
		{"admit ffff-0000", []view.Command{{Kind: view.Admit, Key: "ffff-0000"}}},
		{"admit all", []view.Command{{Kind: view.Admit, Key: "0a0a-0b0b"}, {Kind: view.Admit, Key: "ffff-0000"}}},
		{"refuse 0a0a-0b0b ffff-0000", []view.Command{{Kind: view.TurnAway, Key: "0a0a-0b0b"}, {Kind: view.TurnAway, Key: "ffff-0000"}}},
	} {
		source := gathering()
		out, status := answer(seat(source), append([]string{"tell"}, strings.Fields(c.words)...)...)
		got := source.sent()
		for i := range got {
			got[i].ID = 0
		}
		if status != done || fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: status %d, sent %v, want %v\n%s", c.words, status, got, c.want, out)
		}
	}
	source := gathering()
	source.snap.Joining.Waiting = nil
	if out, status := answer(seat(source), "tell", "admit", "all"); status != done || out != "nobody waits to be let in\n" || len(source.sent()) != 0 {
		t.Errorf("nobody waits: %q, %d", out, status)
	}
}

func TestNotUnderstoodAtTheDoor(t *testing.T) {
	for _, c := range []struct{ words, says string }{
		{"tell admit", "there is 0a0a-0b0b (lab@box"},
		{"tell admit ffff-0000 x", `nobody with the key "x" waits`},
		{"tell refuse x", "ffff-0000 (other)"},
		{"tell line old", "want new or nothing"},
	} {
		source := gathering()
		out, status := answer(seat(source), strings.Fields(c.words)...)
		if status != notUnderstood || len(source.sent()) != 0 || !strings.Contains(out, c.says) {
			t.Errorf("%s: status %d, sent %v, says %q, want something with %q", c.words, status, source.sent(), out, c.says)
		}
		checkPrinted(t, out)
	}
	if out, status := answer(seat(drivable()), "tell", "admit", "all"); status != notUnderstood || !strings.Contains(out, "there is no run") {
		t.Errorf("in one process: %q, %d", out, status)
	}
}

// The line is for those who drive, and no secret is in what others see.
func TestTellLine(t *testing.T) {
	source := gathering()
	if out, status := answer(seat(source), "tell", "line"); status != done || out != "optwatch join 192.0.2.7:7422/secret\n" || len(source.sent()) != 0 {
		t.Errorf("got %q, %d", out, status)
	}
	if out, status := answer(seat(source), "tell", "line", "new"); status != done || out != "optwatch join 192.0.2.7:7422/secret\n" || len(source.sent()) != 1 || source.sent()[0].Kind != view.NewLine {
		t.Errorf("got %q, %d, sent %v", out, status, source.sent())
	}
	local := gathering()
	local.snap.Joining.Line, local.snap.Joining.Address = "", ""
	if out, status := answer(seat(local), "tell", "line"); status != refused || !strings.Contains(out, "no others are to join") {
		t.Errorf("of processes of this one: %q, %d", out, status)
	}
	viewer := NewAudience(House{Source: source}).Join("guest", Viewer)
	if j := viewer.Snapshot().Joining; j == nil || j.Line != "" || j.There != 1 || source.snap.Joining.Line == "" {
		t.Errorf("a viewer sees %+v", j)
	}
	if out, status := answer(viewer, "tell", "line"); status != refused || strings.Contains(out, "secret") {
		t.Errorf("a viewer is told %q, %d", out, status)
	}
}

func TestStatusOfJoining(t *testing.T) {
	out, _ := answer(seat(gathering()), "status")
	for _, want := range []string{"1 of 2 clients are there; others join at 192.0.2.7:7422", "waits to be let in: 0a0a-0b0b (lab@box", "refused: 3 wrong secret"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if strings.Contains(out, "secret\n") && strings.Contains(out, "/secret") {
		t.Errorf("a secret in\n%s", out)
	}
	checkPrinted(t, out)
	text, _ := answer(seat(gathering()), "status", "--json")
	var got struct {
		Joining struct {
			Clients, There int
			Waiting        []struct{ Key, Host string }
			Refused        map[string]int
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	keys := []string{}
	for _, w := range got.Joining.Waiting {
		keys = append(keys, w.Key)
	}
	if got.Joining.Clients != 2 || got.Joining.There != 1 || !slices.Equal(keys, []string{"0a0a-0b0b", "ffff-0000"}) || got.Joining.Refused["wrong secret"] != 3 {
		t.Errorf("got %s", text)
	}
	if text, _ := answer(seat(drivable()), "status", "--json"); strings.Contains(text, "joining") {
		t.Errorf("in one process: %s", text)
	}
}
