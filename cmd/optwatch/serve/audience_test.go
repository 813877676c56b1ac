package serve

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"optwatch/train/view"
)

func TestNamesArePrintableAndUnlike(t *testing.T) {
	a := NewAudience(House{Source: drivable()})
	long := strings.Repeat("x", 100)
	for _, c := range []struct{ name, want string }{
		{"ada", "ada"},
		{"ada", "ada-2"},
		{"ada-2", "ada-2-2"},
		{" ada\x00\u200b", "ada-3"}, // nobody looks like another
		{"", "guest"},
		{"\x1b[31mred\x1b[0m", "[31mred[0m"},
		{"\u202eevil", "evil"},
		{"a\xffb", "ab"},
		{long, long[:mostName]},
	} {
		if got := a.Join(c.name, Viewer).Name(); got != c.want {
			t.Errorf("%q joins as %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNumbersAreOfOneSeatEach(t *testing.T) {
	a := NewAudience(House{Source: drivable()})
	first := a.Join("first", Viewer)
	if first.Number() != 1 {
		t.Errorf("the first number is %d, want 1", first.Number())
	}
	gone := a.Join("gone", Viewer)
	gone.Leave()
	gone.Leave()
	if n := a.Join("next", Viewer).Number(); n != 3 {
		t.Errorf("after 1 and 2 comes %d, want 3, though 2 has left", n)
	}
	if a.Size() != 2 {
		t.Errorf("%d are there, want 2", a.Size())
	}
	a.latest = mostNumber - 1
	if n := a.Join("last", Viewer).Number(); n != mostNumber {
		t.Errorf("the highest number is %d, want %d", n, mostNumber)
	}
	if n := a.Join("anew", Viewer).Number(); n != 2 {
		t.Errorf("after the highest comes %d, want 2, which nobody has", n)
	}
}

func TestEverybodySeesWhoIsThere(t *testing.T) {
	a := NewAudience(House{Source: drivable()})
	ada := a.Join("ada", Operator)
	before := ada.Snapshot()
	bob := a.Join("bob", Viewer)
	if want := []view.Person{{Name: "ada", Self: true, Drives: true}}; !slices.Equal(before.People, want) {
		t.Errorf("ada alone sees %v, want %v", before.People, want)
	}
	if got, want := ada.Snapshot().People, []view.Person{{Name: "ada", Self: true, Drives: true}, {Name: "bob"}}; !slices.Equal(got, want) {
		t.Errorf("ada sees %v, want %v", got, want)
	}
	if got, want := bob.Snapshot().People, []view.Person{{Name: "ada", Drives: true}, {Name: "bob", Self: true}}; !slices.Equal(got, want) {
		t.Errorf("bob sees %v, want %v", got, want)
	}
	bob.Leave()
	if got := ada.Snapshot().People; len(got) != 1 {
		t.Errorf("after bob has left ada sees %v", got)
	}
}

func TestGenerationRisesWithWhatIsTold(t *testing.T) {
	source, record := drivable(), view.Record{Name: "k7q2m"}
	a := NewAudience(House{Source: source, Record: func() view.Record { return record }})
	ada := a.Join("ada", Operator)
	last := ada.Snapshot()
	if again := ada.Snapshot(); again != last {
		t.Error("a snapshot is made again though nothing has changed")
	}
	rises := func(what string) {
		t.Helper()
		next := ada.Snapshot()
		if next.Generation <= last.Generation {
			t.Errorf("generation %d after %s, and %d before", next.Generation, what, last.Generation)
		}
		last = next
	}
	bob := a.Join("bob", Viewer)
	rises("somebody has come")
	bob.Leave()
	rises("somebody has left")
	record.Trouble = "no space left on device"
	rises("trouble has begun")
	if last.Record != record {
		t.Errorf("it is told that %v, want %v", last.Record, record)
	}
	record.Trouble = ""
	rises("trouble is over")
	source.change(func(s *view.Snapshot) { s.Elapsed++ })
	rises("the source has changed")
}

// Of what nothing is lost by leaving, it is the watching that goes on.
func TestLeavingWhatIsOnlyWatched(t *testing.T) {
	source := drivable()
	source.change(func(s *view.Snapshot) { s.Leaving = view.LeavesAsItIs })
	a := NewAudience(House{Source: source, Finish: func(string) {}})
	for seat, want := range map[*Seat]view.Leaving{
		a.JoinHolding("ada"): view.LeavesAsItIs, a.Join("bob", Operator): view.LeavesWatching, a.Join("carol", Viewer): view.LeavesAsItIs,
	} {
		if got := seat.Snapshot().Leaving; got != want {
			t.Errorf("%s: leaving is %v, want %v", seat.Name(), got, want)
		}
	}
}

func TestRolesSeeWhatTheyCanDo(t *testing.T) {
	source := drivable()
	source.snap.Accepts = slices.Grow(source.snap.Accepts, 1) // there is room that an append would write to
	untouched := *source.snap
	untouched.Accepts = slices.Clone(untouched.Accepts)
	driven := source.snap.Accepts
	finish := func(string) {}
	for _, c := range []struct {
		role    Role
		finish  func(string)
		accepts []view.CommandKind
		leaving view.Leaving
	}{
		{Operator, finish, append(slices.Clone(driven), view.Finish), view.LeavesGoing},
		{Operator, nil, driven, view.LeavesEnded},
		{Viewer, finish, nil, view.LeavesAsItIs},
		{Viewer, nil, nil, view.LeavesAsItIs},
	} {
		s := NewAudience(House{Source: source, Finish: c.finish}).Join("ada", c.role).Snapshot()
		if !slices.Equal(s.Accepts, c.accepts) || s.Leaving != c.leaving {
			t.Errorf("role %d, finish %t: accepts %v, leaving %d, want %v, %d", c.role, c.finish != nil, s.Accepts, s.Leaving, c.accepts, c.leaving)
		}
	}
	if fmt.Sprint(*source.snap) != fmt.Sprint(untouched) {
		t.Error("the snapshot of the source has been changed")
	}
	if driven[:len(driven)+1][len(driven)] == view.Finish {
		t.Error("a kind of command was written behind those of the source")
	}
}

// TestEveryCommandIsReported: in the order in which it happens, with who it was.
func TestEveryCommandIsReported(t *testing.T) {
	source := drivable()
	var log []string
	a := NewAudience(House{
		Source: source,
		Commanded: func(who string, c view.Command) {
			log = append(log, fmt.Sprintf("%s: %s %d", who, c.Kind, len(source.sent())))
		},
		Refused: func(who string, c view.Command, err error) {
			log = append(log, fmt.Sprintf("%s: not %s: %v", who, c.Kind, err))
		},
		Finish: func(who string) { log = append(log, who+" finishes") },
	})
	ada, bob := a.Join("ada", Operator), a.Join("bob", Viewer)
	if err := ada.Do(view.Command{Kind: view.Pause, Run: 3}); err != nil {
		t.Error(err)
	}
	for _, k := range []view.CommandKind{view.Pause, view.Finish} {
		if err := bob.Do(view.Command{Kind: k, Run: 3}); err == nil {
			t.Errorf("who may only look can %s", k)
		}
	}
	source.refuse = errNo
	if err := ada.Do(view.Command{Kind: view.Set}); err != errNo {
		t.Errorf("got %v, want %v", err, errNo)
	}
	if err := ada.Do(view.Command{Kind: view.Finish}); err != nil {
		t.Error(err)
	}
	ada.Leave()
	for _, k := range []view.CommandKind{view.Pause, view.Finish} {
		if err := ada.Do(view.Command{Kind: k, Run: 3}); err == nil {
			t.Errorf("who has left can %s", k)
		}
	}
	want := []string{"ada: pause 0", "ada: change a setting of 1", "ada: not change a setting of: " + errNo.Error(), "ada finishes"}
	if !slices.Equal(log, want) {
		t.Errorf("reported %q, want %q", log, want)
	}
}

func TestOffersAreForThoseWhoDrive(t *testing.T) {
	a := NewAudience(House{Source: drivable()})
	c := view.Command{Kind: view.Add, Recipe: "adam"}
	if got := a.Join("ada", Operator).Offer(c); got.Recipe != "adam" {
		t.Errorf("an operator is offered %v", got)
	}
	if got := a.Join("bob", Viewer).Offer(c); got.Refused == "" {
		t.Errorf("who may only look is offered %v", got)
	}
}

// TestManyComeDriveAndGo is for the race detector, and counts what arrives.
func TestManyComeDriveAndGo(t *testing.T) {
	source := drivable()
	var mu sync.Mutex
	record := view.Record{Name: "k7q2m"}
	a := NewAudience(House{
		Source:    source,
		Record:    func() view.Record { mu.Lock(); defer mu.Unlock(); return record },
		Commanded: func(string, view.Command) { mu.Lock(); defer mu.Unlock(); record.Trouble += "x" },
	})
	const seats, rounds = 8, 20
	var all sync.WaitGroup
	for i := range seats {
		all.Go(func() {
			var last uint64
			for k := range rounds {
				s := a.Join("ada", Role(i%2))
				for range 3 {
					snap := s.Snapshot()
					if n := len(slices.DeleteFunc(slices.Clone(snap.People), func(p view.Person) bool { return !p.Self })); n != 1 {
						t.Errorf("one sees itself %d times among %v", n, snap.People)
					}
					if snap.Generation < last {
						t.Errorf("generation %d after %d", snap.Generation, last)
					}
					last = snap.Generation
					s.Do(view.Command{ID: s.Number()<<32 | uint64(k), Kind: view.Pause, Run: 3})
				}
				if out, status := answer(s, "tell", "sgd", "pause"); status != 1-i%2 {
					t.Errorf("role %d: status %d: %s", i%2, status, out)
				}
				s.Leave()
			}
		})
	}
	all.Wait()
	if a.Size() != 0 {
		t.Errorf("%d are still there", a.Size())
	}
	ids := map[uint64]bool{}
	for _, c := range source.sent() {
		ids[c.ID] = true
	}
	if want := seats / 2 * rounds * 2; len(ids) != want { // of the three with one identity, one counts
		t.Errorf("commands of %d identities have arrived, want %d", len(ids), want)
	}
}

// Quitting ends what trains in the process of the one who quits; for everybody
// else it goes on, and they can end it.
func TestQuittingIsTheHoldersEnd(t *testing.T) {
	source := drivable()
	source.change(func(s *view.Snapshot) { s.Leaving = view.LeavesEnded })
	a := NewAudience(House{Source: source, Finish: func(string) {}})
	for _, c := range []struct {
		seat     *Seat
		leaving  view.Leaving
		finishes bool
	}{
		{a.JoinHolding("ada"), view.LeavesEnded, false},
		{a.Join("bob", Operator), view.LeavesGoing, true},
		{a.Join("carol", Viewer), view.LeavesAsItIs, false},
	} {
		s := c.seat.Snapshot()
		if got := slices.Contains(s.Accepts, view.Finish); s.Leaving != c.leaving || got != c.finishes {
			t.Errorf("%s: leaving is %v, and it can be finished is %v; want %v and %v", c.seat.Name(), s.Leaving, got, c.leaving, c.finishes)
		}
	}
}
