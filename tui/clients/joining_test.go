package clients

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/view"
)

const lineToJoin = "optwatch join 192.0.2.7:7422/3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// joined is a stub at whose door so many wait, and so many of ten clients are there.
func joined(there, waiting int) *stub {
	src := remote(&stub{snap: federated(1, 10)})
	j := &view.Joining{Address: "192.0.2.7:7422", Line: lineToJoin, Expires: time.Unix(1000, 0), Clients: 10, There: there}
	for i := range waiting {
		j.Waiting = append(j.Waiting, view.Applicant{Key: fmt.Sprintf("%04d-beef", i), Name: fmt.Sprint("lab", i), Host: "box", Version: "0.1.0", Examples: 600 + i})
	}
	src.snap.Joining = j
	src.snap.Accepts = append(src.snap.Accepts, view.Admit, view.TurnAway, view.NewLine)
	return src
}

// Until all clients are there the pane says how others join, and who waits.
func TestJoining(t *testing.T) {
	b := newBench(joined(3, 2), 76, 24)
	b.Now = time.Unix(400, 0)
	wantSeen(t, b, "3 of 10 clients are there; on another machine type, within 10:00:", lineToJoin[:60], "lab0@box and 1 more wait to be let in; J lets in or turns away", "J let in (2)")
	if !strings.Contains(strings.ReplaceAll(squeeze(b.view()), "│ │", ""), lineToJoin[74:]) {
		t.Errorf("the end of the line is not shown:\n%s", b.view())
	}
	b.resize(76, 10) // the clients keep their rows
	if got := len(shownClients(b)); got < leastRows {
		t.Errorf("%d clients are shown", got)
	}
	wantSeen(t, b, "lab0@box")
	b = newBench(joined(10, 0), 76, 24)
	if s := b.view(); strings.Contains(s, "join") || strings.Contains(s, "are there") || strings.Contains(b.footer(), "J ") {
		t.Errorf("all are there, and yet:\n%s", s)
	}
	src := joined(3, 1)
	src.snap.Joining.Line, src.snap.Accepts = "", nil // for one who may only look
	b = newBench(src, 100, 24)
	wantSeen(t, b, "3 of 10 clients are there; others join at 192.0.2.7:7422", "lab0@box, key 0000-beef waits to be let in")
	if strings.Contains(b.view()+b.footer(), "J ") {
		t.Error("a key for one who may only look")
	}
}

// Where no others are to come, nothing says how they would.
func TestJoiningHere(t *testing.T) {
	src := joined(3, 0)
	src.snap.Joining.Line, src.snap.Joining.Address, src.snap.Accepts = "", "", nil
	b := newBench(src, 76, 24)
	wantSeen(t, b, "3 of 10 clients are there")
	if strings.Contains(b.view(), "join") {
		t.Errorf("it says how others join:\n%s", b.view())
	}
}

// Who waits is let in or turned away by keys, with its fingerprint before one's eyes.
func TestDoor(t *testing.T) {
	src := joined(3, 3)
	b := newBench(src, 80, 24)
	b.Now = time.Unix(990, 0)
	b.press("J")
	wantSeen(t, b, "3 of 10 clients are there", "(good for 10 s)", "3 wait to be let in", "▸ 0000-beef lab0@box · 0.1.0 · 600 examples of its own", "0002-beef lab2@box", "a let in · x turn away · n new line · esc close")
	b.press("j", "a")
	src.snap.Joining.Waiting = slices.Delete(slices.Clone(src.snap.Joining.Waiting), 1, 2)
	b.look()
	wantSeen(t, b, "2 wait to be let in", "▸ 0002-beef") // the next is in its place
	b.press("k", "x", "n", "j", "j", "j")
	wantSeen(t, b, "▸ 0002-beef")
	wantKeys(t, src, view.Admit, "0001-beef", view.TurnAway, "0000-beef", view.NewLine, "")
	b.Now = time.Unix(1001, 0)
	wantSeen(t, b, "no good any more: n makes a new one")
	src.snap.Joining.Waiting = nil
	b.look()
	b.press("a", "x", "enter")
	wantSeen(t, b, "Nobody waits to be let in.")
	if len(src.asked) != 3 {
		t.Errorf("asked for %+v", src.asked)
	}
	if b.press("esc"); b.Over != nil {
		t.Error("esc does not close")
	}
}

// The line can be copied from the screen: pasted, a shell puts it together.
func TestLineIsCopied(t *testing.T) {
	b := newBench(joined(3, 40), 40, 12)
	b.press("J")
	var copied []string
	for _, s := range b.Over.Draw(40, 20) {
		if s = strings.TrimRight(ansi.Strip(s), " "); strings.HasSuffix(s, `\`) || len(copied) > 0 && strings.HasSuffix(copied[len(copied)-1], `\`) {
			copied = append(copied, s)
		}
	}
	if got := strings.ReplaceAll(strings.Join(copied, "\n"), "\\\n", ""); got != lineToJoin || len(copied) < 2 {
		t.Errorf("got %q of %q", got, copied)
	}
}

// One who comes is not let in in the place of who was selected, whatever its key.
func TestNobodyTakesTheSelectedPlace(t *testing.T) {
	src := joined(3, 2)
	b := newBench(src, 80, 24)
	b.press("J")
	wantSeen(t, b, "▸ 0000-beef")
	first := view.Applicant{Key: "0000-aaaa", Name: "other", Host: "box", Examples: 1}
	src.snap.Joining.Waiting = append([]view.Applicant{first}, src.snap.Joining.Waiting...)
	b.look()
	wantSeen(t, b, "▸ 0000-beef", "0000-aaaa")
	b.press("a")
	src.snap.Joining.Waiting = []view.Applicant{first} // and who was drawn as selected next has gone
	b.look()
	b.press("a")
	wantKeys(t, src, view.Admit, "0000-beef")
}

func TestDoorAtEverySize(t *testing.T) {
	for _, waiting := range []int{0, 1, 60} {
		b := newBenchWith(joined(3, waiting), 80, 24, termenv.ANSI256, false, false)
		for w := 40; w <= 220; w += 1 + w/6 {
			for h := 10; h <= 70; h += 1 + h/5 {
				b.Over = nil
				b.resize(w, h)
				checkSize(t, b, fmt.Sprint(waiting, " wait"))
				b.press("J", "j", "j", "j")
				checkOver(t, b, fmt.Sprint(waiting, " wait"))
			}
		}
	}
}

// wantKeys checks the kinds of the commands asked for, and the keys they are about.
func wantKeys(t *testing.T, s *stub, want ...any) {
	t.Helper()
	var got []any
	for _, c := range s.asked {
		got = append(got, c.Kind, c.Key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
}
