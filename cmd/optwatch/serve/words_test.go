package serve

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"optwatch/train/view"
)

// TestTellSendsWhatIsSaid: commands without their identities, in their order.
func TestTellSendsWhatIsSaid(t *testing.T) {
	for _, c := range []struct {
		words string
		want  []view.Command
	}{
		{"sgd pause", []view.Command{{Kind: view.Pause, Run: 3}}},
		{"sgd pause step resume stop", []view.Command{
			{Kind: view.Pause, Run: 3}, {Kind: view.StepOnce, Run: 3}, {Kind: view.Resume, Run: 3}, {Kind: view.Stop, Run: 3},
		}},
		{"svrg restart branch", []view.Command{{Kind: view.Restart, Run: 4}, {Kind: view.Branch, Run: 4}}},
		{"sgd lr=0.05 batch=64", []view.Command{
			{Kind: view.Set, Run: 3, Setting: "lr", Value: 0.05}, {Kind: view.Set, Run: 3, Setting: "batch", Value: 64},
		}},
		{"sgd lr=-1e-3", []view.Command{{Kind: view.Set, Run: 3, Setting: "lr", Value: -1e-3}}}, // the source knows whether that is right
		{"sgd switch=adam+svrg:lr=0.1,m=2n", []view.Command{{Kind: view.Switch, Run: 3, Recipe: "adam+svrg:lr=0.1,m=2n"}}},
		{"fedavg drop=2 rejoin=c2", []view.Command{{Kind: view.DropClient, Run: 7, Client: 2}, {Kind: view.RejoinClient, Run: 7, Client: 2}}},
		{"fedavg set=drop=0.1", []view.Command{{Kind: view.Set, Run: 7, Setting: "drop", Value: 0.1}}},
		{"add adam:lr=0.01", []view.Command{{Kind: view.Add, Recipe: "adam:lr=0.01"}}},
		{"all pause resume", []view.Command{
			{Kind: view.Pause, Run: 3},
			{Kind: view.Pause, Run: 5},
			{Kind: view.Pause, Run: 7},
			{Kind: view.Resume, Run: 3},
			{Kind: view.Resume, Run: 5},
			{Kind: view.Resume, Run: 7},
		}},
		{"run=all stop", []view.Command{{Kind: view.Stop, Run: 5}}},
		{"run=sgd stop", []view.Command{{Kind: view.Stop, Run: 3}}},
	} {
		source := drivable()
		out, status := answer(seat(source), append([]string{"tell"}, strings.Fields(c.words)...)...)
		got := source.sent()
		ids := map[uint64]bool{}
		for i := range got {
			ids[got[i].ID] = true
			got[i].ID = 0
		}
		if status != done || fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: status %d, sent %v, want %v\n%s", c.words, status, got, c.want, out)
		}
		if len(ids) != len(got) || ids[0] {
			t.Errorf("%s: identities %v of %d commands", c.words, ids, len(got))
		}
		if n := strings.Count(out, "done"); n != len(got) {
			t.Errorf("%s: %d of %d commands are acknowledged:\n%s", c.words, n, len(got), out)
		}
	}
}

// Of a run that tells which commands it takes, these are what it can be told: a
// number, a choice by its name, a checkpoint.
func TestTellWhatIsWatched(t *testing.T) {
	source := drivable()
	source.change(func(s *view.Snapshot) {
		s.Runs = slices.Clone(s.Runs)
		s.Runs[0].Accepts = []view.CommandKind{view.Pause, view.Save, view.Set, view.Switch}
		s.Runs[2].Accepts = []view.CommandKind{}
		s.Accepts = append(slices.Clip(s.Accepts), view.Save)
	})
	out, status := answer(seat(source), "tell", "sgd", "lr=0.05", "optimizer=adamw", "checkpoint")
	got := source.sent()
	for i := range got {
		got[i].ID = 0
	}
	want := []view.Command{
		{Kind: view.Set, Run: 3, Setting: "lr", Value: 0.05}, {Kind: view.Switch, Run: 3, Recipe: "optimizer=adamw"}, {Kind: view.Save, Run: 3},
	}
	if status != done || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("status %d, sent %v, want %v\n%s", status, got, want, out)
	}
	for run, want := range map[string]string{
		"sgd": "want pause, checkpoint, switch=KEY=VALUE for a choice, a setting; it has lr=0.1 batch=32", "run=all": "want nothing: it is only looked at",
	} {
		if out, status := answer(seat(source), "tell", run, "dance"); status != notUnderstood || !strings.Contains(out, want) {
			t.Errorf("%s: status %d, %q, want %q", run, status, out, want)
		}
	}
	if _, status := answer(seat(source), "tell", "all", "pause"); status != done {
		t.Errorf("all: status %d", status)
	}
	for _, c := range source.sent()[len(want):] {
		if c.Run == 5 {
			t.Error("a run that takes nothing is told to pause")
		}
	}
}

// What must be agreed to first is not done by words.
func TestTellDoesNotAgree(t *testing.T) {
	source := drivable()
	source.ask = "2 processes are stopped"
	out, status := answer(seat(source), "tell", "sgd", "pause")
	if status != refused || !strings.Contains(out, source.ask) || len(source.sent()) > 0 {
		t.Errorf("status %d, sent %v: %s", status, source.sent(), out)
	}
}

// TestNothingIsSentOfWhatIsNotUnderstood: not even the part that is.
func TestNothingIsSentOfWhatIsNotUnderstood(t *testing.T) {
	for _, c := range []struct{ words, says string }{
		{"", "status"},
		{"dance", "status, tell, stop or help"},
		{"stop sgd", "tell RUN stop"},
		{"status --xml", "--json"},
		{"tell", "sgd, svrg, all, fedavg"},
		{"tell sgd", "pause, resume"},
		{"tell bert pause", "sgd, svrg, all, fedavg"},
		{"tell SGD pause", "sgd, svrg, all, fedavg"},
		{"tell run= pause", "sgd"},
		{"tell sgd pause dance", "pause, resume"},
		{"tell sgd pause lr=", "no number"},
		{"tell sgd lr=nan", "no number"},
		{"tell sgd lr=inf", "no number"},
		{"tell sgd lr=1e999", "no number"},
		{"tell sgd lr=0x1p-4", "no number"},
		{"tell sgd lr=1_0", "no number"},
		{"tell sgd momentum=0.9", "it has lr=0.1 batch=32"},
		{"tell sgd set=0.9", "set=lr=0.05"},
		{"tell sgd switch=", "recipe"},
		{"tell sgd drop=1", "not federated"},
		{"tell fedavg drop=9", "drop=0 to drop=2"},
		{"tell fedavg drop=-1", "drop=0 to drop=2"},
		{"tell fedavg drop=x", "drop=0 to drop=2"},
		{"tell add", "one recipe"},
		{"tell add adam sgd", "one recipe"},
		{"tell all", "pause or resume"},
		{"tell all stop", "pause or resume"},
		{"tell all lr=1", "pause or resume"},
		{"tell sgd\x1b[2J pause", "printed"},
		{"tell sgd \xff", "printed"},
		{"tell add " + strings.Repeat("x", mostBytes), "too long"},
		{"tell sgd" + strings.Repeat(" pause", mostWords), "too many"},
	} {
		source := drivable()
		out, status := answer(seat(source), strings.Fields(c.words)...)
		if status != notUnderstood || len(source.sent()) != 0 || !strings.Contains(out, c.says) {
			t.Errorf("%.40q: status %d, sent %v, says %q, want something with %q", c.words, status, source.sent(), out, c.says)
		}
		checkPrinted(t, out)
	}
}

// checkPrinted says so if a text could do anything to a terminal.
func checkPrinted(t *testing.T, out string) {
	t.Helper()
	for _, r := range out {
		if r != '\n' && !strconv.IsPrint(r) {
			t.Errorf("%q is not printable in %q", r, out)
		}
	}
	if !strings.HasSuffix(out, "\n") {
		t.Errorf("%q does not end its line", out)
	}
}

func TestWhoMayOnlyLookIsRefused(t *testing.T) {
	source := drivable()
	a := NewAudience(House{Source: source, Finish: func(string) { t.Error("it is finished") }})
	bob := a.Join("bob", Viewer)
	for _, words := range [][]string{{"tell", "sgd", "pause"}, {"tell", "dance"}, {"stop"}} {
		if out, status := answer(bob, words...); status != refused || !strings.Contains(out, "read-only") {
			t.Errorf("%v: status %d: %s", words, status, out)
		}
	}
	if got := source.sent(); len(got) > 0 {
		t.Errorf("sent %v", got)
	}
	for _, words := range [][]string{{"status"}, {"status", "--json"}, {"help"}} {
		if out, status := answer(bob, words...); status != done {
			t.Errorf("%v: status %d: %s", words, status, out)
		}
	}
}

func TestARefusalEndsWhatIsSaid(t *testing.T) {
	source := drivable()
	source.event = func(c view.Command) view.Event {
		if c.Kind == view.Set {
			return view.Event{Run: "sgd", Kind: view.EventRefused, Text: "lr must be above 0"}
		}
		return view.Event{Run: "sgd", Kind: view.EventPause, Text: "paused\nat step 12"}
	}
	out, status := answer(seat(source), "tell", "sgd", "pause", "lr=-1", "resume")
	want := "sgd pause: done: paused at step 12\nsgd lr=-1: refused: lr must be above 0\nwhat was said after that is not carried out\n"
	if out != want || status != refused {
		t.Errorf("status %d, says %q, want %q", status, out, want)
	}
	if n := len(source.sent()); n != 2 {
		t.Errorf("%d commands were sent, want 2", n)
	}
	source.refuse = errors.New("sgd: no\x1b[2J")
	if out, status := answer(seat(source), "tell", "sgd", "pause"); status != refused || out != "sgd pause: refused: no\n" {
		t.Errorf("status %d, says %q", status, out)
	}
}

func TestWhatIsNewIsNamed(t *testing.T) {
	source := drivable()
	source.event = func(view.Command) view.Event {
		return view.Event{Run: "sgd-2", Kind: view.EventStart, Text: "branched"}
	}
	if out, _ := answer(seat(source), "tell", "sgd", "branch"); out != "sgd branch: done: sgd-2 branched\n" {
		t.Errorf("says %q", out)
	}
}

// TestAnswersAreWaitedFor: an order is sent once that before it is answered, and
// until then nothing is told.
func TestAnswersAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := drivable()
		source.silent = true
		ada := seat(source)
		var out strings.Builder
		status := make(chan int)
		go func() { status <- ada.Answer(t.Context(), []string{"tell", "sgd", "pause", "step"}, &out) }()
		for i, want := range []view.CommandKind{view.Pause, view.StepOnce} {
			time.Sleep(time.Minute)
			synctest.Wait()
			sent := source.sent()
			if len(sent) != i+1 || sent[i].Kind != want {
				t.Fatalf("sent %v, want %d, the last to %s", sent, i+1, want)
			}
			if lines := strings.Count(out.String(), "\n"); lines != i {
				t.Errorf("it tells %q before the command is answered", out.String())
			}
			source.mu.Lock()
			source.answerLocked(view.Command{ID: 99})
			source.answerLocked(sent[i])
			source.mu.Unlock()
		}
		if got := <-status; got != done {
			t.Errorf("status %d: %s", got, out.String())
		}
	})
}

func TestNobodyWaitsForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := drivable()
		source.silent = true
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var out strings.Builder
		status := seat(source).Answer(ctx, []string{"tell", "sgd", "pause", "resume"}, &out)
		want := "sgd pause: taken, but not carried out yet\nwhat was said after that is not carried out\n"
		if status != refused || out.String() != want {
			t.Errorf("status %d, says %q, want %q", status, out.String(), want)
		}
	})
}

// TestALostAnswerIsToldAsSuch: the log drops old lines.
func TestALostAnswerIsToldAsSuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := drivable()
		source.silent = true
		go func() {
			time.Sleep(time.Second)
			source.change(func(s *view.Snapshot) { s.Events = []view.Event{{Number: 300}, {Number: 301}} })
		}()
		var out strings.Builder
		status := seat(source).Answer(t.Context(), []string{"tell", "sgd", "pause"}, &out)
		if status != refused || !strings.Contains(out.String(), "no longer says") {
			t.Errorf("status %d, says %q", status, out.String())
		}
	})
}

// TestALogThatDropsOldLinesLosesNoAnswer, as long as all of it is seen.
func TestALogThatDropsOldLinesLosesNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := drivable()
		source.silent = true
		go func() {
			for first := range uint64(100) {
				time.Sleep(time.Second)
				source.change(func(s *view.Snapshot) {
					s.Events = []view.Event{{Number: first + 1}, {Number: first + 2}}
				})
			}
			source.mu.Lock()
			defer source.mu.Unlock()
			source.answerLocked(source.asked[0])
		}()
		var out strings.Builder
		if status := seat(source).Answer(t.Context(), []string{"tell", "sgd", "pause"}, &out); status != done {
			t.Errorf("status %d, says %q", status, out.String())
		}
	})
}

func TestASourceThatIsNotReadyIsNotDriven(t *testing.T) {
	for _, c := range []struct {
		says   string
		change func(*view.Snapshot)
	}{
		{"loading mnist", func(s *view.Snapshot) { s.Phase, s.Loading.What = view.PhaseLoading, "loading mnist" }},
		{"no data", func(s *view.Snapshot) { s.Phase, s.Failure.Title = view.PhaseFailed, "no data" }},
		{"to pause a run", func(s *view.Snapshot) { s.Accepts = []view.CommandKind{view.Play} }},
	} {
		source := drivable()
		source.change(c.change)
		if out, status := answer(seat(source), "tell", "sgd", "pause"); status != refused || !strings.Contains(out, c.says) {
			t.Errorf("status %d, says %q, want something with %q", status, out, c.says)
		}
		if got := source.sent(); len(got) > 0 {
			t.Errorf("sent %v", got)
		}
	}
	source := drivable()
	source.change(func(s *view.Snapshot) { s.Accepts = nil })
	looked := NewAudience(House{Source: source}).Join("ada", Operator)
	if out, status := answer(looked, "tell", "sgd", "pause"); status != refused || !strings.Contains(out, "only looked at") {
		t.Errorf("status %d, says %q", status, out)
	}
	source = drivable()
	source.change(func(s *view.Snapshot) { s.Runs = s.Runs[1:2] }) // it has ended
	if out, status := answer(seat(source), "tell", "all", "pause"); status != done || !strings.Contains(out, "every run has ended") {
		t.Errorf("status %d, says %q", status, out)
	}
}

func TestStopSaysWhatIsSaved(t *testing.T) {
	for _, c := range []struct {
		record view.Record
		want   string
	}{
		{view.Record{}, "cannot go on"},
		{view.Record{Name: "k7q2m"}, "optwatch resume k7q2m"},
		{view.Record{Name: "k7q2m", Trouble: "no space left"}, "no space left"},
	} {
		who := ""
		a := NewAudience(House{Source: drivable(), Record: func() view.Record { return c.record }, Finish: func(name string) { who = name }})
		out, status := answer(a.Join("ada", Operator), "stop")
		if status != done || who != "ada" || !strings.Contains(out, c.want) {
			t.Errorf("%v: status %d, finished by %q, says %q, want something with %q", c.record, status, who, out, c.want)
		}
	}
	if out, status := answer(NewAudience(House{Source: drivable()}).Join("ada", Operator), "stop"); status != refused {
		t.Errorf("where it is not offered: status %d, says %q", status, out)
	}
}

func TestHelpFitsTerminals(t *testing.T) {
	out, status := answer(seat(drivable()), "help")
	if out != Help || status != done {
		t.Errorf("status %d, says %q", status, out)
	}
	for line := range strings.Lines(out) {
		if n := len([]rune(line)); n > 81 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	for word := range wholeActions {
		if !slices.Contains(strings.Fields(Help), word) {
			t.Errorf("the help does not name %q", word)
		}
	}
}

// FuzzWords: nothing panics or writes what is not printable, whatever is sent was
// said, and who may only look sends nothing.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{
		"status", "status\n--json", "help", "stop", "tell\nsgd\npause\nlr=0.05", "tell\nall\npause", "tell\nadd\nadam:lr=0.1",
		"tell\nfedavg\ndrop=1\nrejoin=1\nset=drop=0.3", "tell\nrun=all\nswitch=svrg", "tell\nsgd\nlr=0x1p-2\nbatch=1_0", "\x1b[2J\n\xff", "",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, drives bool) {
		role, finished := Viewer, false
		if drives {
			role = Operator
		}
		source := drivable()
		a := NewAudience(House{Source: source, Finish: func(string) { finished = true }})
		words := strings.Split(text, "\n")
		out, status := answer(a.Join("ada", role), words...)
		checkPrinted(t, out)
		if status < done || status > notUnderstood {
			t.Errorf("status %d", status)
		}
		if finished != (drives && len(words) == 1 && words[0] == "stop") {
			t.Errorf("%q: finished %t", words, finished)
		}
		for _, c := range source.sent() {
			if !drives || !wasSaid(source.snap, words, c) {
				t.Errorf("%q: %v was never said", words, c)
			}
		}
	})
}

// wasSaid says whether words ask for a command, read from the command's end.
func wasSaid(s *view.Snapshot, words []string, c view.Command) bool {
	if len(words) < 3 || words[0] != "tell" {
		return false
	}
	if c.Kind == view.Add {
		return words[1] == "add" && len(words) == 3 && words[2] == c.Recipe
	}
	name := s.Run(c.Run).Name
	whole := words[1] == "all" && (c.Kind == view.Pause || c.Kind == view.Resume)
	if words[1] == "add" || !whole && (words[1] == "all" || words[1] != name && words[1] != "run="+name) {
		return false
	}
	return slices.ContainsFunc(words[2:], func(w string) bool {
		switch c.Kind {
		case view.Set:
			text, ok := strings.CutPrefix(strings.TrimPrefix(w, "set="), c.Setting+"=")
			v, err := strconv.ParseFloat(text, 64)
			return ok && err == nil && v == c.Value
		case view.Switch:
			return w == "switch="+c.Recipe
		case view.DropClient, view.RejoinClient:
			key := map[view.CommandKind]string{view.DropClient: "drop=", view.RejoinClient: "rejoin="}[c.Kind]
			id, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(w, key), "c"))
			return strings.HasPrefix(w, key) && err == nil && id == c.Client
		}
		return w == c.Kind.String()
	})
}
