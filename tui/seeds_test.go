package tui

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// seeded is the sample's experiment of some recipes over some seeds, the
// recipes first as --seeds has them.
func seeded(recipes, seeds, points int) *train.Report {
	s := sample(0, 0)
	for seed := range seeds {
		for i := range recipes {
			r := sampleRun(i, points)
			r.ID, r.Seed = len(s.Runs), uint64(seed+1)
			if seed > 0 {
				r.Name += fmt.Sprintf("-%d", seed+1)
				r.Recipe += fmt.Sprintf(",seed=%d", seed+1)
			}
			for k := range r.Curve {
				p := &r.Curve[k]
				p.Loss += 0.4 * (p.Loss - s.Optimum.Value) * math.Sin(float64(3*seed))
				p.ValAccuracy += 0.004 * math.Sin(float64(5*seed+k/9))
			}
			if points > 0 {
				r.Last = r.Curve[points-1]
			}
			s.Runs = append(s.Runs, r)
			s.Events = append(s.Events, view.Event{Elapsed: time.Second, Run: r.Name, Kind: view.EventStart, Text: r.Recipe})
		}
	}
	return s
}

func diverge(r *train.RunReport, points int) {
	r.State, r.Reason = view.Diverged, "loss above 1e4·f(θ₀)"
	r.Curve = r.Curve[:points]
	r.Last = r.Curve[points-1]
	r.Last.Loss = nan
	r.Marks = []train.Mark{{Kind: view.EventDiverged, Evals: r.Last.Evals, Elapsed: r.Last.Elapsed}}
}

// Any line-up, at any size and whatever is pressed, fills the screen exactly.
func TestGroupsAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	keys := strings.Fields("enter enter j k v s m t L y S z h l = < 0 1 2 3 4 o esc ? x c esc / g")
	for i := range 200 {
		s := seeded(1+r.IntN(4), 1+r.IntN(4), r.IntN(60))
		for j := range s.Runs {
			v := &s.Runs[j]
			v.State = view.State(r.IntN(7))
			if n := len(v.Curve); n > 0 && r.IntN(3) == 0 {
				diverge(v, 1+r.IntN(n))
			}
		}
		w, h := 1+r.IntN(220), 1+r.IntN(70)
		m := newTestModelWith(&stub{snap: s}, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
		for range 8 {
			press(m, keys[r.IntN(len(keys))])
			checkSize(t, m, w, h, fmt.Sprint("seeds ", i))
		}
	}
}

// Runs of one recipe are one row of medians; enter opens it, and closes it again.
func TestGroupRow(t *testing.T) {
	s := seeded(2, 4, 120)
	diverge(&s.Runs[6], 60) // sgd-4
	losses := []float64{s.Runs[0].Last.Loss, s.Runs[2].Last.Loss, s.Runs[4].Last.Loss}
	slices.Sort(losses)
	m := newTestModel(&stub{snap: s}, 120, 40)
	r := raceOf(m)
	above := func(loss float64) string { return draw.Scientific(max(loss-s.Optimum.Value, s.Optimum.Bound)) }
	wantSeen(t, m, "sgd ×4", "adam ×4", "▶ 3 ✗ 1", "min–max", "░", draw.Precise(losses[1]), "median of 4 seeds",
		above(losses[0])+" – "+above(losses[2]))
	if n := len(r.Entries()); n != 2 || strings.Contains(standings(m), "sgd-2") {
		t.Errorf("%d rows of a closed group:\n%s", n, standings(m))
	}
	press(m, "enter", "j", "j")
	if len(r.Entries()) != 6 || r.Run().Name != "sgd-2" || len(r.Targets()) != 1 {
		t.Errorf("opened: %d rows, %s and %d runs selected", len(r.Entries()), r.Run().Name, len(r.Targets()))
	}
	wantSeen(t, m, "▸ ••   sgd-2")
	if strings.Count(m.View(), "•") < 20 {
		t.Errorf("the selected run has no line of its own:\n%s", m.View())
	}
	press(m, "enter")
	if len(r.Entries()) != 2 || r.Run().Name != "sgd" || len(r.Targets()) != 4 {
		t.Errorf("closed: %d rows, %s and %d runs selected", len(r.Entries()), r.Run().Name, len(r.Targets()))
	}
	s = seeded(1, 5, 60)
	wantSeen(t, newTestModel(&stub{snap: s}, 120, 40), "░ quartiles", "sgd ×5")
	if m := newTestModel(&stub{snap: sample(4, 60)}, 120, 40); raceOf(m).CanOpen() || strings.Contains(m.View(), "min–max") {
		t.Error("runs by themselves are a group")
	}
}

// On the row of a group keys drive all of its runs, on a run's row that run.
func TestKeysOfGroups(t *testing.T) {
	all := func(kind view.CommandKind, runs ...int) (out []view.Command) {
		for _, r := range runs {
			out = append(out, view.Command{Kind: kind, Run: r})
		}
		return out
	}
	sets := func(setting string, value float64, runs ...int) (out []view.Command) {
		for _, r := range runs {
			out = append(out, set(setting, r, value))
		}
		return out
	}
	for _, test := range []struct {
		keys string
		want []view.Command
	}{
		{"space", all(view.Pause, 0, 4)}, // 2 is paused
		{"n", all(view.StepOnce, 2)},
		{"]", sets("lr", 0.125, 0, 2, 4)},
		{"] ]", append(sets("lr", 0.125, 0, 2, 4), sets("lr", 0.15625, 0, 2, 4)...)},
		{"}", sets("batch", 128, 0, 2, 4)},
		{"x y", all(view.Stop, 0, 2, 4)},
		{"r y", all(view.Restart, 0, 2, 4, 6)},
		{"c", all(view.Branch, 0, 2, 4)}, // 6 has diverged
		{"enter j j space", all(view.Resume, 2)},
		{"enter j space", all(view.Pause, 0)},
		{"j ]", sets("lr", 0.00125, 1, 3, 5, 7)},
	} {
		src := &stub{snap: seeded(2, 4, 60), quiet: true}
		src.run(2).State = view.Paused
		diverge(src.run(6), 30)
		m := newTestModel(src, 120, 40)
		for _, k := range strings.Fields(test.keys) {
			press(m, strings.ReplaceAll(k, "space", " "))
		}
		if got := fmt.Sprint(src.asked); got != fmt.Sprint(test.want) {
			t.Errorf("%s: asked for %v, want %v", test.keys, got, test.want)
		}
	}
}

// All runs of a group are switched together, those that have ended left out.
func TestSwitchGroup(t *testing.T) {
	src := &stub{snap: seeded(1, 3, 60)}
	src.run(1).State = view.Budget
	m := newTestModel(src, 120, 40)
	press(m, "o")
	wantSeen(t, m, "switch sgd ×3")
	press(m, "tab", "down", "enter")
	if len(src.asked) != 2 || src.asked[0].Run != 0 || src.asked[1].Run != 2 || src.asked[0].Recipe != src.asked[1].Recipe {
		t.Errorf("asked for %v", src.asked)
	}
}

// What is hidden or filtered out has no part in the median; one that is left
// is drawn as a run by itself, in the colour that it had.
func TestHiddenAndFilteredSeeds(t *testing.T) {
	m := newTestModel(&stub{snap: seeded(2, 3, 60)}, 120, 40)
	r := raceOf(m)
	press(m, "enter", "j", "v")
	if g := r.Drawn(); len(g[len(g)-1]) != 2 {
		t.Errorf("%d runs take part, want 2", len(g[len(g)-1]))
	}
	press(m, "k", "v")
	if len(r.Drawn()) != 1 {
		t.Error("v on a group does not hide it")
	}
	press(m, "v", "/", "-", "3", "enter")
	if r.Entries()[0].Name() != "sgd-3" || r.Brush(r.Run()) != m.Theme.Brush(0) {
		t.Errorf("filtered: %s in another colour", r.Entries()[0].Name())
	}
}

// A run whose recipe was changed leaves its group; all changed, they stay one.
func TestGroupsFollowRecipes(t *testing.T) {
	src := &stub{snap: seeded(1, 3, 60)}
	m := newTestModel(src, 120, 40)
	src.run(1).Recipe = "sgd:lr=0.2,batch=64,seed=2"
	tick(m, time.Unix(1, 0))
	if r := raceOf(m); len(r.Entries()) != 2 || len(r.Groups[0]) != 2 {
		t.Errorf("%d rows", len(r.Entries()))
	}
	for i := range src.snap.Runs {
		src.run(i).Recipe, src.run(i).Method = "adam:lr=0.001", "adam"
	}
	tick(m, time.Unix(2, 0))
	wantSeen(t, m, "sgd→adam ×3")
}

// Groups are sorted by their medians, and stay whole.
func TestSortGroups(t *testing.T) {
	m := newTestModel(&stub{snap: seeded(3, 3, 60)}, 120, 40)
	press(m, "S")
	wantSeen(t, m, "by f − f*")
	names, mids := sorted(m, "loss")
	if names != "svrg ×3 sgd ×3 adam ×3" && names != "svrg ×3 adam ×3 sgd ×3" {
		t.Errorf("by f − f*: %s", names)
	}
	if !slices.IsSorted(mids) {
		t.Errorf("%s have the losses %v", names, mids)
	}
	press(m, "S")
	wantSeen(t, m, "by val acc")
	names, mids = sorted(m, "val_accuracy")
	if slices.Reverse(mids); len(mids) != 3 || !slices.IsSorted(mids) {
		t.Errorf("%s have the accuracies %v, the last first", names, mids)
	}
	press(m, "S")
	wantSeen(t, m, "by name")
	if names, _ = sorted(m, "loss"); names != "adam ×3 sgd ×3 svrg ×3" {
		t.Errorf("by name: %s", names)
	}
	press(m, "S")
	if names, _ = sorted(m, "loss"); names != "sgd ×3 adam ×3 svrg ×3" || strings.Contains(m.View(), "by name") {
		t.Errorf("as begun: %s", names)
	}
}

// sorted are the groups in their order, and the medians of a metric.
func sorted(m *shell, metric string) (names string, mids []float64) {
	var all []string
	for _, g := range raceOf(m).Groups {
		all = append(all, runs.GroupName(g))
		_, mid, _ := g.Spread(runs.ValuesOf(g, func(r *view.Run) float64 { return r.Last(metric) }))
		mids = append(mids, mid)
	}
	return strings.Join(all, " "), mids
}

// Each run takes a change in when its step is done. A key pressed again before
// the last has done so still drives all of them.
func TestGroupsStayTogetherUnderWay(t *testing.T) {
	src := &stub{snap: seeded(1, 3, 60), quiet: true}
	src.react = func(c view.Command) {
		if c.Run == 1 { // the others are busy
			src.run(1).LR, src.run(1).Recipe = c.Value, fmt.Sprintf("sgd:lr=%g,batch=64,seed=2", c.Value)
			src.answer(src.ids[len(src.ids)-1])
		}
	}
	m := newTestModel(src, 120, 40)
	r := raceOf(m)
	press(m, "]", "]")
	for i, want := range []float64{0.125, 0.125, 0.125, 0.15625, 0.15625, 0.15625} {
		if len(src.asked) != 6 || src.asked[i].Run != i%3 || src.asked[i].Value != want {
			t.Fatalf("asked for %v", src.asked)
		}
	}
	together := func(when string) {
		t.Helper()
		if len(r.Entries()) != 1 || r.Brush(&r.Snap.Runs[1]) != m.Theme.Brush(0) {
			t.Errorf("%d rows %s", len(r.Entries()), when)
		}
	}
	together("under way")
	tick(m, time.Unix(100_000, 0))
	together("long after")
	for _, id := range []int{0, 2, 3} { // one is busy still
		src.refuse(src.ids[id], "sgd: it has come to its end")
	}
	tick(m, time.Unix(100_001, 0))
	together("before the last of them has answered")
	src.refuse(src.ids[5], "sgd-3: it has come to its end")
	tick(m, time.Unix(100_002, 0))
	if len(r.Entries()) != 2 {
		t.Errorf("%d rows of runs that differ, want 2", len(r.Entries()))
	}
	src.react = func(c view.Command) { src.run(c.Run).Recipe = fmt.Sprintf("sgd:lr=%g,batch=64", c.Value) }
	press(m, "enter", "j", "[") // one of two that are left
	if got := src.asked[len(src.asked)-1]; len(src.asked) != 7 || got.Run != 0 || len(r.Sent()) != 1 {
		t.Fatalf("asked for %v", src.asked)
	}
	if len(r.Entries()) != 3 {
		t.Errorf("%d rows: a run driven by itself is kept in its group", len(r.Entries()))
	}
}

// A group that is closed says that some of its runs are hidden, and how many it draws.
func TestClosedGroupSaysWhatIsHidden(t *testing.T) {
	m := newTestModel(&stub{snap: seeded(2, 4, 40)}, 120, 40)
	press(m, "3", "enter", "j", "v", "k")
	if strings.Contains(standings(m), "3 of 4") {
		t.Errorf("an open group, in which the run is seen to be hidden, says so too:\n%s", m.View())
	}
	press(m, "enter")
	if text := standings(m); !strings.Contains(text, "sgd ×3 of 4 ") || !strings.Contains(text, "adam ×4 ") {
		t.Errorf("the closed group does not say that a run is hidden:\n%s", m.View())
	}
	press(m, "v")
	if strings.Contains(standings(m), " of 4") {
		t.Errorf("a group that is hidden whole counts its runs:\n%s", m.View())
	}
}
