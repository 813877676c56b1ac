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
	"optwatch/tui/draw"
)

// seeded is the sample's experiment of some recipes over some seeds, the
// recipes first as --seeds has them.
func seeded(recipes, seeds, points int) *train.Snapshot {
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
			s.Events = append(s.Events, train.Event{Elapsed: time.Second, Run: r.Name, Kind: train.EventStart, Text: r.Recipe})
		}
	}
	return s
}

func diverge(r *train.RunView, points int) {
	r.State, r.Reason = train.Diverged, "loss above 1e4·f(θ₀)"
	r.Curve = r.Curve[:points]
	r.Last = r.Curve[points-1]
	r.Last.Loss = nan
	r.Marks = []train.Mark{{Kind: train.EventDiverged, Evals: r.Last.Evals, Elapsed: r.Last.Elapsed}}
}

func TestGroupGoldens(t *testing.T) {
	four := seeded(4, 4, 120)
	diverge(&four.Runs[7], 60)
	four.Runs[4].State = train.Paused
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}} {
		golden(t, fmt.Sprintf("seeds-%dx%d.txt", size[0], size[1]), newTestModel(&stub{snap: four}, size[0], size[1]).View())
	}
	golden(t, "seeds-ascii.txt", newTestModelWith(&stub{snap: four}, 120, 40, termenv.Ascii, true, true).View())
	m := newTestModel(&stub{snap: four}, 120, 40)
	press(m, "enter", "j", "j")
	golden(t, "seeds-open.txt", m.View())
	golden(t, "seeds-quartiles.txt", newTestModel(&stub{snap: seeded(2, 8, 120)}, 120, 40).View())
}

// Any line-up, at any size and whatever is pressed, fills the screen exactly.
func TestGroupsAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	keys := strings.Fields("enter enter j k v s m t L y S z h l = < 0 1 2 3 4 o esc ? x c esc / g")
	for i := range 200 {
		s := seeded(1+r.IntN(4), 1+r.IntN(4), r.IntN(60))
		for j := range s.Runs {
			v := &s.Runs[j]
			v.State = train.State(r.IntN(7))
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

// The median is that of the runs which have a value in the column: none is
// carried on beyond its end, and less than half of them are no group.
func TestBanded(t *testing.T) {
	g := make(train.Group, 4)
	k := banded(g, [][]float64{
		{1, 1, 1, 1, nan, nan},
		{2, 2, 2, nan, nan, nan},
		{9, 9, nan, nan, nan, nan},
		{4, nan, nan, nan, nan, 4},
	}, 6)
	if want := []float64{3, 2, 1.5, nan, nan, nan}; !same(k.raw, want) {
		t.Errorf("median %v, want %v", k.raw, want)
	}
	if want := []float64{1, 1, 1, nan, nan, nan}; !same(k.lo, want) {
		t.Errorf("lowest %v, want %v", k.lo, want)
	}
	if want := []float64{9, 9, 2, nan, nan, nan}; !same(k.hi, want) {
		t.Errorf("highest %v, want %v", k.hi, want)
	}
}

// Runs of one recipe are one row of medians; enter opens it, and closes it again.
func TestGroupRow(t *testing.T) {
	s := seeded(2, 4, 120)
	diverge(&s.Runs[6], 60) // sgd-4
	losses := []float64{s.Runs[0].Last.Loss, s.Runs[2].Last.Loss, s.Runs[4].Last.Loss}
	slices.Sort(losses)
	m := newTestModel(&stub{snap: s}, 120, 40)
	wantSeen(t, m, "sgd ×4", "adam ×4", "▶ 3 ✗ 1", "min–max", "░", draw.Precise(losses[1]), "median of 4 seeds",
		draw.Scientific(m.base.below(losses[0]))+" – "+draw.Scientific(m.base.below(losses[2])))
	if n := len(m.entries()); n != 2 || strings.Contains(standings(m), "sgd-2") {
		t.Errorf("%d rows of a closed group:\n%s", n, standings(m))
	}
	press(m, "enter", "j", "j")
	if len(m.entries()) != 6 || m.run().Name != "sgd-2" || len(m.targets()) != 1 {
		t.Errorf("opened: %d rows, %s and %d runs selected", len(m.entries()), m.run().Name, len(m.targets()))
	}
	wantSeen(t, m, "▸ ••   sgd-2")
	if strings.Count(m.View(), "•") < 20 {
		t.Errorf("the selected run has no line of its own:\n%s", m.View())
	}
	press(m, "enter")
	if len(m.entries()) != 2 || m.run().Name != "sgd" || len(m.targets()) != 4 {
		t.Errorf("closed: %d rows, %s and %d runs selected", len(m.entries()), m.run().Name, len(m.targets()))
	}
	s = seeded(1, 5, 60)
	wantSeen(t, newTestModel(&stub{snap: s}, 120, 40), "░ quartiles", "sgd ×5")
	if m := newTestModel(&stub{snap: sample(4, 60)}, 120, 40); m.canOpen() || strings.Contains(m.View(), "min–max") {
		t.Error("runs by themselves are a group")
	}
}

// standings is the part of the screen with the runs.
func standings(m *model) string {
	_, rest, _ := strings.Cut(m.View(), "─ runs ─")
	rest, _, _ = strings.Cut(rest, "╰")
	return rest
}

// On the row of a group keys drive all of its runs, on a run's row that run.
func TestKeysOfGroups(t *testing.T) {
	all := func(kind train.CommandKind, value float64, runs ...int) (out []train.Command) {
		for _, r := range runs {
			out = append(out, train.Command{Kind: kind, Run: r, Value: value})
		}
		return out
	}
	for _, test := range []struct {
		keys string
		want []train.Command
	}{
		{"space", all(train.Pause, 0, 0, 4)}, // 2 is paused
		{"n", all(train.StepOnce, 0, 2)},
		{"]", all(train.SetLR, 0.125, 0, 2, 4)},
		{"] ]", append(all(train.SetLR, 0.125, 0, 2, 4), all(train.SetLR, 0.15625, 0, 2, 4)...)},
		{"}", all(train.SetBatch, 128, 0, 2, 4)},
		{"x y", all(train.Stop, 0, 0, 2, 4)},
		{"r y", all(train.Restart, 0, 0, 2, 4, 6)},
		{"c", all(train.Branch, 0, 0, 2, 4)}, // 6 has diverged
		{"enter j j space", all(train.Resume, 0, 2)},
		{"enter j space", all(train.Pause, 0, 0)},
		{"j ]", all(train.SetLR, 0.00125, 1, 3, 5, 7)},
	} {
		src := &stub{snap: seeded(2, 4, 60)}
		src.run(2).State = train.Paused
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
	src.run(1).State = train.Budget
	m := newTestModel(src, 120, 40)
	press(m, "o")
	wantSeen(t, m, "switch sgd ×3")
	press(m, "tab", "j", "enter")
	if len(src.asked) != 2 || src.asked[0].Run != 0 || src.asked[1].Run != 2 || src.asked[0].Recipe != src.asked[1].Recipe {
		t.Errorf("asked for %v", src.asked)
	}
}

// What is hidden or filtered out has no part in the median; one that is left
// is drawn as a run by itself, in the colour that it had.
func TestHiddenAndFilteredSeeds(t *testing.T) {
	m := newTestModel(&stub{snap: seeded(2, 3, 60)}, 120, 40)
	press(m, "enter", "j", "v")
	if g := m.drawn(); len(g[len(g)-1]) != 2 {
		t.Errorf("%d runs take part, want 2", len(g[len(g)-1]))
	}
	press(m, "k", "v")
	if len(m.drawn()) != 1 {
		t.Error("v on a group does not hide it")
	}
	press(m, "v", "/", "-", "3", "enter")
	if m.entries()[0].name() != "sgd-3" || m.brush(m.run()) != m.theme.Brush(0) {
		t.Errorf("filtered: %s in another colour", m.entries()[0].name())
	}
}

// A run whose recipe was changed leaves its group; all changed, they stay one.
func TestGroupsFollowRecipes(t *testing.T) {
	src := &stub{snap: seeded(1, 3, 60)}
	m := newTestModel(src, 120, 40)
	src.run(1).Recipe = "sgd:lr=0.2,batch=64,seed=2"
	m.pull()
	m.settle()
	if len(m.entries()) != 2 || len(m.groups.all[0]) != 2 {
		t.Errorf("%d rows", len(m.entries()))
	}
	for i := range src.snap.Runs {
		src.run(i).Recipe = "adam:lr=0.001"
	}
	m.pull()
	wantSeen(t, m, "sgd→adam ×3")
}

// At the value cursor the group shows the median there; a run that diverged
// before it has no part in it.
func TestGroupAtTheCursor(t *testing.T) {
	s := seeded(1, 3, 60)
	diverge(&s.Runs[2], 30)
	m := newTestModel(&stub{snap: s}, 120, 40)
	press(m, "h", "h")
	if n := len(m.pointsOf(m.group())); n != 2 {
		t.Errorf("%d runs have a value behind the end of one, want 2", n)
	}
	m.look.cursor = float64(s.Runs[2].Curve[20].Evals)
	_, p, _ := m.stands(m.entry())
	want := []float64{s.Runs[0].Curve[20].Loss, s.Runs[1].Curve[20].Loss, s.Runs[2].Curve[20].Loss}
	slices.Sort(want)
	if p.Loss != want[1] {
		t.Errorf("loss %g, want the median %g", p.Loss, want[1])
	}
}

// Groups are sorted by their medians, and stay whole.
func TestSortGroups(t *testing.T) {
	m := newTestModel(&stub{snap: seeded(3, 3, 60)}, 120, 40)
	press(m, "S")
	var names []string
	for _, g := range m.groups.all {
		names = append(names, groupName(g))
	}
	if got := strings.Join(names, " "); got != "svrg ×3 sgd ×3 adam ×3" && got != "svrg ×3 adam ×3 sgd ×3" {
		t.Errorf("by f − f*: %s", got)
	}
	for i := 1; i < len(m.groups.all); i++ {
		mid := func(g train.Group) float64 {
			_, mid, _ := g.Spread(valuesOf(g, func(r *train.RunView) float64 { return r.Last.Loss }))
			return mid
		}
		if mid(m.groups.all[i-1]) > mid(m.groups.all[i]) {
			t.Errorf("%s before %s", names[i-1], names[i])
		}
	}
}

// Each run takes a change in when its step is done. A key pressed again before
// the last has done so still drives all of them.
func TestGroupsStayTogetherUnderWay(t *testing.T) {
	src := &stub{snap: seeded(1, 3, 60)}
	src.react = func(c train.Command) {
		if c.Run == 1 { // the others are busy
			src.run(1).LR, src.run(1).Recipe = c.Value, fmt.Sprintf("sgd:lr=%g,batch=64,seed=2", c.Value)
		}
	}
	m := newTestModel(src, 120, 40)
	m.Update(tickMsg{m.chain, time.Unix(1000, 0)})
	press(m, "]", "]")
	for i, want := range []float64{0.125, 0.125, 0.125, 0.15625, 0.15625, 0.15625} {
		if len(src.asked) != 6 || src.asked[i].Run != i%3 || src.asked[i].Value != want {
			t.Fatalf("asked for %v", src.asked)
		}
	}
	if len(m.entries()) != 1 || m.brush(src.run(1)) != m.theme.Brush(0) {
		t.Errorf("%d rows under way", len(m.entries()))
	}
	m.Update(tickMsg{m.chain, time.Unix(1010, 0)}) // the others never took it
	if len(m.entries()) != 2 {
		t.Errorf("%d rows of runs that differ, want 2", len(m.entries()))
	}
	press(m, "enter", "j", "[") // one of two that are left
	if len(m.groups.held) != 0 {
		t.Error("a run driven by itself is kept in its group")
	}
}
