package clients

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// The pane fills every place exactly, whatever the clients are.
func TestEverySize(t *testing.T) {
	for _, clients := range []int{0, 1, 10, 1000} {
		src := &stub{snap: federated(3, clients)}
		src.changed(func(f *view.Federation) {
			f.Privacy, f.Refused = hopeless(), []view.Refusal{{Reason: "late", Count: 2}}
		})
		b := newBenchWith(src, 80, 24, termenv.ANSI256, false, false)
		for w := 4; w <= 220; w += 1 + w/6 {
			for h := 2; h <= 70; h += 1 + h/5 {
				for _, look := range []pane.Place{{}, {Boxed: true}, {Boxed: true, Number: 5, Others: "6 devices"}} {
					b.at.Boxed, b.at.Number, b.at.Others = look.Boxed, look.Number, look.Others
					b.Focus = (w + h) % 2 * position
					b.resize(w, h)
					checkSize(t, b, fmt.Sprint(clients, " clients"))
				}
			}
		}
	}
}

// wildFederation is a federation with numbers and texts that nobody should send.
func wildFederation(r *rand.Rand) *view.Federation {
	values := []float64{0, 1, -1, 0.5, 1e300, -1e300, 1e-300, math.NaN(), math.Inf(1), math.Inf(-1), 12.5, 0.92}
	pick := func() float64 { return values[r.IntN(len(values))] }
	texts := []string{"", "late", "a\x1b[31mred\nline\ttab", "日本語のとても長い名前です", strings.Repeat("long ", 60), "é̂combining"}
	text := func() string { return texts[r.IntN(len(texts))] }
	f := &view.Federation{
		Strategy: text(), Partition: text(), Round: r.IntN(1e6) - 5, Limit: r.IntN(2) * 50, Underway: r.IntN(2) == 0, Attempt: r.IntN(4),
		Cohort: r.IntN(20), Answered: r.IntN(20), Epochs: r.IntN(1002) - 1, Mu: pick(), Bytes: r.Int64(),
		Refused: []view.Refusal{{Reason: text(), Count: r.IntN(5)}, {Reason: text(), Count: r.IntN(1e9)}},
		Cost:    view.Cost{Now: pick(), Reference: pick(), Against: text(), Round: r.Int64N(1e6) - 5},
	}
	classes := r.IntN(40)
	for i := range r.IntN(40) {
		c := view.Client{
			ID: i * r.IntN(1e6), Examples: r.IntN(1e9), State: view.ClientState(r.IntN(17) - 1), Reason: text(), Done: r.Int64N(100) - 10,
			Work: r.Int64N(90) - 10, Loss: pick(), Drift: pick(), Time: pick(), Slowness: pick(),
		}
		if r.IntN(2) == 0 {
			c.Machine = view.Machine{Name: text(), Host: text(), Version: text(), Load: text(), RoundTrip: pick(), Heard: pick(), Up: r.Int64() - r.Int64(), Down: r.Int64N(9)}
		}
		for range classes {
			c.Classes = append(c.Classes, r.IntN(9)*r.IntN(2)-1)
		}
		f.Clients = append(f.Clients, c)
	}
	if r.IntN(2) == 0 {
		f.Privacy = &view.Privacy{
			Unit: text(), Epsilon: pick(), Delta: pick(), Budget: pick(), Clip: pick(), Noise: pick(), Clipped: pick(), SNR: pick(), Void: text(), Reproduced: true,
		}
	}
	return f
}

// wildJoining is a door at which nobody should stand.
func wildJoining(r *rand.Rand) *view.Joining {
	texts := []string{"", "late", "a\x1b[31mred\nline\ttab", "日本語のとても長い名前です", strings.Repeat("long", 60)}
	text := func() string { return texts[r.IntN(len(texts))] }
	j := &view.Joining{
		Address: text(), Line: text(), Clients: r.IntN(2000) - 5, There: r.IntN(2000) - 5,
		Refused: []view.Refusal{{Reason: text(), Count: r.IntN(5) - 1}},
	}
	if r.IntN(2) == 0 {
		j.Expires = time.Unix(r.Int64N(1e10)-5e9, 0)
	}
	for range r.IntN(2) * r.IntN(60) {
		j.Waiting = append(j.Waiting, view.Applicant{Key: text(), Name: text(), Host: text(), Version: text(), Examples: r.IntN(1e9) - 9})
	}
	return j
}

func TestWildFederationsAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 400 {
		s := federated(1+r.IntN(3), 3)
		if r.IntN(3) == 0 {
			s.Subject.Classes = nil
			s.Metrics[2].Title = "f\x1b[1m − best\nso far"
		}
		for k := range s.Runs {
			if r.IntN(2) == 0 {
				s.Runs[k].Federation = wildFederation(r)
				s.Runs[k].Name = "日本\x1b[31m\tname"
				s.Runs[k].Settings = []view.Setting{{Key: epochs, Value: nan}, {Key: mu, Value: inf}}
			}
		}
		if r.IntN(2) == 0 {
			s.Joining = wildJoining(r)
			s.Accepts = append(s.Accepts, view.Admit, view.TurnAway, view.NewLine)
		}
		b := newBenchWith(&stub{snap: s}, 4+r.IntN(200), 2+r.IntN(60), termenv.ANSI256, i%5 == 0, i%3 == 0)
		b.at.Boxed, b.Now = i%2 == 0, time.Unix(r.Int64N(1e10), 0)
		keys := strings.Split("5 5 5 d e u S S j k pgdown end home pgup enter esc 1 . J J a x n j", " ")
		for range 8 {
			b.press(keys[r.IntN(len(keys))])
			checkSize(t, b, fmt.Sprint("wild federation ", i))
			checkOver(t, b, fmt.Sprint("over wild federation ", i))
			if s := ansi.Strip(b.view()); strings.ContainsAny(s, "\x1b\t\r") {
				t.Fatalf("a control character on the screen: %q", s)
			}
		}
	}
}

func TestScroll(t *testing.T) {
	b := newBench(&stub{snap: federated(2, 1000)}, 75, 14)
	b.press("5")
	rows := b.Page()
	if got := shownClients(b); len(got) != rows || got[0] != "c0" {
		t.Fatalf("%d rows, shown %v", rows, got)
	}
	wantSeen(t, b, fmt.Sprintf("1–%d of 1 000", rows))
	b.press("pgdown", "pgdown", "j")
	if got := shownClients(b); b.selected != 2*rows+1 || got[rows-1] != "c"+strconv.Itoa(2*rows+1) {
		t.Errorf("selected %d, shown %v", b.selected, got)
	}
	b.press("end", "j", "pgdown")
	if got := shownClients(b); b.selected != 999 || got[rows-1] != "c999" {
		t.Errorf("at the end: selected %d, shown %v", b.selected, got)
	}
	wantSeen(t, b, fmt.Sprintf("%d–1 000 of 1 000", 1001-rows))
	b.press("pgup", "k", "home", "k")
	if got := shownClients(b); b.selected != 0 || got[0] != "c0" {
		t.Errorf("back: selected %d, shown %v", b.selected, got)
	}
	// Where all are seen, no place is said.
	b = newBench(&stub{snap: federated(2, 5)}, 75, 14)
	if strings.Contains(b.view(), " of 5 ─╯") {
		t.Error("a place though all are in sight")
	}
}

// S sorts by each quantity in turn: the largest first, the unknown last, equal
// ones as they are numbered; the selected client stays the selected one.
func TestSort(t *testing.T) {
	src := &stub{snap: federated(1, 5)}
	src.changed(func(f *view.Federation) {
		for i, c := range []view.Client{
			{State: view.ClientTraining, Loss: nan, Drift: 2, Time: 1, Examples: 10},
			{State: view.ClientAccepted, Loss: 3, Drift: 2, Time: 4, Examples: 30},
			{State: view.ClientFailed, Loss: 5, Drift: nan, Time: 2, Examples: 20},
			{State: view.ClientTraining, Loss: 1, Drift: 7, Time: nan, Examples: 30},
			{State: view.ClientDropped, Loss: 3, Drift: 1, Time: 3, Examples: 40},
		} {
			c.ID, c.Classes = i, f.Clients[i].Classes
			f.Clients[i] = c
		}
	})
	b := newBench(src, 75, 14)
	b.press("5", "j", "j", "j")
	for _, want := range []struct{ order, name string }{
		{"c2 c0 c3 c1 c4", "by state"},
		{"c2 c1 c4 c3 c0", "by loss"},
		{"c3 c0 c1 c4 c2", "by drift"},
		{"c1 c4 c2 c0 c3", "by time"},
		{"c4 c1 c3 c2 c0", "by data"},
		{"c0 c1 c2 c3 c4", ""},
	} {
		b.press("S")
		if got := strings.Join(shownClients(b), " "); got != want.order {
			t.Errorf("%s: got %s, want %s", want.name, got, want.order)
		}
		wantSeen(t, b, want.name)
		if b.selected != 3 || b.client().ID != 3 {
			t.Errorf("%s: client %d is selected", want.name, b.selected)
		}
	}
	// The selection follows its client while it moves under it.
	b.press("S", "S")
	src.changed(func(f *view.Federation) { f.Clients[3].Loss = 99 })
	b.look()
	if b.roster.at != 0 || b.client().ID != 3 {
		t.Errorf("row %d, client %d", b.roster.at, b.client().ID)
	}
	if b.Runs.Order() != "" {
		t.Error("the standings are sorted with the clients")
	}
}

// While the clients move in their order the rows that are watched stay where
// they are; a key brings the selected client back into sight.
func TestLiveOrderIsCalm(t *testing.T) {
	src := &stub{snap: federated(2, 1000)}
	b := newBench(src, 75, 14)
	b.press("5", "pgdown", "S", "S")
	chosen := b.selected
	for i := range 20 {
		src.changed(func(f *view.Federation) { f.Clients[chosen].Loss = float64(i % 3) })
		b.look()
		if b.top != 0 || b.selected != chosen {
			t.Fatalf("look %d: from row %d, client %d is selected", i, b.top, b.selected)
		}
	}
	if got := shownClients(b); got[0] == "c0" || len(got) != b.Page() {
		t.Errorf("shown %v", got)
	}
	wantSeen(t, b, fmt.Sprintf("d drop c%d", chosen))
	b.resize(120, 38)
	b.resize(75, 14)
	if b.top != 0 {
		t.Error("zooming scrolls to what was out of sight")
	}
	inSight := func(what string) {
		t.Helper()
		if got, want := strings.Join(shownClients(b), " ")+" ", fmt.Sprintf("c%d ", b.selected); !strings.Contains(got, want) {
			t.Errorf("%s: %s is not among %s", what, want, got)
		}
	}
	src.changed(func(f *view.Federation) { f.Clients[chosen].Loss = 0.001 })
	b.look()
	b.press("k")
	if b.top == 0 {
		t.Error("a key does not scroll to what it selects")
	}
	inSight("after k")
	for _, h := range []int{8, 24, 6, 14} {
		b.resize(75, h)
		inSight(fmt.Sprint("height ", h))
	}
}

// Unknown is said to be so, and what takes no part has no bar.
func TestRows(t *testing.T) {
	b := newBench(&stub{snap: federated(1, 5)}, 160, 40)
	row := func(c view.Client) string { return squeeze(b.newTable(b.shown(), 100).row(&c, 100)) }
	base := view.Client{ID: 4, Examples: 6350, Classes: []int{0, 5, 5, 0, 0, 0, 0, 0, 0, 0}, Work: 500, Done: 300, Loss: 0.0341, Drift: 0.77, Time: 1.03}
	for _, test := range []struct {
		change func(*view.Client)
		want   string
	}{
		{func(c *view.Client) { c.State = view.ClientTraining }, "c4 1 2 6 350 █████████▌ 3/5 0.034 0.77 1.03× training"},
		{func(c *view.Client) { c.State, c.Done = view.ClientSent, 500 }, "c4 1 2 6 350 ████████████████ 5/5 0.034 0.77 1.03× sent"},
		{func(c *view.Client) { c.State, c.Done = view.ClientTraining, 0 }, "c4 1 2 6 350 0/5 0.034 0.77 1.03× training"},
		{func(c *view.Client) { c.State, c.Reason = view.ClientRejected, "not\x1b[2J finite" }, "c4 1 2 6 350 █████████▌ 3/5 0.034 0.77 1.03× rejected: not finite"},
		{func(c *view.Client) { c.State, c.Loss, c.Drift, c.Time = view.ClientDropped, nan, inf, nan }, "c4 1 2 6 350 · — — — — dropped"},
		{func(c *view.Client) { c.State, c.Work = view.ClientSelected, 0 }, "c4 1 2 6 350 · — 0.034 0.77 1.03× selected"},
		{func(c *view.Client) { c.State, c.Done, c.Loss = view.ClientLate, 900, 1e-9 }, "c4 1 2 6 350 ████████████████ 5/5 1e-9 0.77 1.03× late"},
	} {
		c := base
		test.change(&c)
		if got := row(c); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// A drift of an earlier round says how many rounds ago that was; a round that has
// just ended, and one under way, have none of that.
func TestAgeOfDrift(t *testing.T) {
	src := &stub{snap: federated(1, 5)}
	drifted := func(round int) func(*view.Federation) {
		return func(f *view.Federation) {
			f.Round = 11
			for i := range f.Clients {
				f.Clients[i].Drift, f.Clients[i].Drifted = 0.77, 11
			}
			f.Clients[2].Drifted = round
		}
	}
	for round, want := range map[int]string{11: "0.77 1.", 9: "0.77 2 r 1.", 0: "0.77 1."} {
		src.changed(drifted(round))
		b := newBench(src, 100, 20)
		c := b.federation.Clients[2]
		c.Time = 1
		if got := squeeze(b.newTable(b.shown(), 100).row(&c, 100)); !strings.Contains(got, want) {
			t.Errorf("of round %d, in the 12th: got %q, want %q", round, got, want)
		}
		if got := strings.Contains(b.view(), " ago "); got != (round == 9) {
			t.Errorf("of round %d: an age has a column: %t", round, got)
		}
	}
	table := &table{Clients: newBench(src, 100, 20).Clients}
	table.Theme.Dim = draw.Ink{On: "dim"}
	for _, test := range []struct {
		underway       bool
		drifted, round int
		dim            bool
	}{{true, 11, 11, true}, {false, 11, 11, false}, {false, 9, 11, true}, {true, 0, 11, false}} {
		table.federation = &view.Federation{Underway: test.underway, Round: test.round}
		if got := table.passing(&view.Client{Drift: 1, Drifted: test.drifted}, draw.Ink{}); (got.On == "dim") != test.dim {
			t.Errorf("%+v is drawn in %+v", test, got)
		}
	}
}

// Where there is room, how a client fared in all rounds is shown too.
func TestWide(t *testing.T) {
	src := &stub{snap: federated(1, 5)}
	src.changed(func(f *view.Federation) { f.Clients[1].Accepted, f.Clients[1].Refused = 1234, 17 })
	b := newBench(src, 75, 14)
	if b.press("5"); strings.Contains(b.view(), "1 234") {
		t.Error("counts where there is no room for reasons")
	}
	b.resize(120, 38)
	wantSeen(t, b, "averaged  refused", "1 234")
	for w := 40; w < 140; w++ { // whatever fell away, what stands there stands whole
		table := b.newTable(b.shown(), w)
		if got := strings.TrimRight(table.row(&b.federation.Clients[1], w), " "); !strings.HasSuffix(got, "training") || !strings.Contains(got, "1/5") {
			t.Errorf("%d columns: %q", w, got)
		}
	}
}

// Few classes are named, many drawn as levels, very many counted.
func TestClassColumn(t *testing.T) {
	s := federated(1, 2)
	b := newBench(&stub{snap: s}, 80, 24)
	for _, test := range []struct {
		names       []string
		held        []int
		title, want string
	}{
		{nil, nil, "", ""},
		{[]string{"0", "1", "2"}, []int{4, 0, 7}, "classes", "0 2"},
		{[]string{"0", "1"}, []int{0, 0}, "classes", draw.Unknown},
		{[]string{"shirt\x1b[1m", "boot"}, []int{1, 1}, "classes", "shirt boot"},
		{strings.Split("0123456789", ""), []int{9, 9, 5, 1, 0, 9, 9, 3, 1, 4}, "0123456789", "▇▇▄▁ ▇▇▃▁▄"},
		{strings.Fields("ankle-boots sandals-with-straps"), []int{1, 1}, "c…", "▇▇"},
		{make([]string, 30), []int{1, 0, 1, 1, 1, 1, 1}, "classes", "6 of 30"},
	} {
		s.Subject.Classes = test.names
		c := view.Client{Classes: test.held}
		col := b.classColumn([]view.Client{c})
		if col.title != test.title || col.width == 0 != (test.title == "") {
			t.Errorf("%v: column %q of width %d", test.names, col.title, col.width)
		}
		if col.width > 0 && col.text(&c) != test.want {
			t.Errorf("%v: %q, want %q", test.names, col.text(&c), test.want)
		}
	}
}

// The pane is where a run is federated, and shows the clients of one that passes
// the filter.
func TestWithoutFederation(t *testing.T) {
	b := newBench(&stub{snap: federated(2, 5)}, 75, 14)
	if b.press("5"); !b.There() || b.Focus != position {
		t.Errorf("there %v, focus %d", b.There(), b.Focus)
	}
	if got := b.Rows(); got != 9 {
		t.Errorf("5 clients have a use for %d rows", got)
	}
	b.Filter = "sgd"
	b.press("d", "e", "j", "end", "S")
	wantSeen(t, b, "no federated run matches the filter")
	checkSize(t, b, "filtered")
	if got := b.Rows(); got != 5 {
		t.Errorf("no clients have a use for %d rows", got)
	}
	b.Filter = ""
	b.look()
	wantSeen(t, b, "─ fedavg · round 12/50")
	s := federated(2, 5)
	s.Runs = s.Runs[:2]
	if b = newBench(&stub{snap: s}, 75, 14); b.There() || b.Rows() != 0 {
		t.Error("clients though no run is federated")
	}
}

var sgr = regexp.MustCompile("\x1b\\[([0-9;]*)m")

func TestWithoutColour(t *testing.T) {
	src := &stub{snap: federated(2, 12)}
	src.changed(func(f *view.Federation) {
		f.Privacy, f.Refused, f.Mu = hopeless(), []view.Refusal{{Reason: "late", Count: 2}}, 0.1
	})
	colour := newBenchWith(src, 120, 40, termenv.ANSI256, false, false)
	table := colour.newTable(colour.shown(), 80)
	for state, bar := range map[view.ClientState]string{view.ClientTraining: "\x1b[38;5;36m█", view.ClientSent: "\x1b[38;5;23m█"} {
		if got := table.row(&view.Client{State: state, Done: 5, Work: 10}, 80); !strings.Contains(got, bar) {
			t.Errorf("the bar of one that is %s: %q", state, got)
		}
	}
	for _, ascii := range []bool{false, true} {
		b := newBenchWith(src, 120, 40, termenv.ANSI256, ascii, true)
		for _, key := range []string{"5", "d", "e", "x", "esc", "u", "7", "enter"} {
			b.press(key)
			s := b.view()
			for _, code := range sgr.FindAllStringSubmatch(s, -1) {
				for c := range strings.SplitSeq(code[1], ";") {
					if c != "0" && c != "1" && c != "7" && c != "" {
						t.Fatalf("after %s: SGR %q is a colour", key, code[1])
					}
				}
			}
			if !ascii {
				continue
			}
			s = ansi.Strip(draw.ToASCII(s))
			if i := strings.IndexFunc(s, func(r rune) bool { return r > 126 || r < ' ' && r != '\n' }); i >= 0 {
				t.Fatalf("after %s: %q is not ASCII", key, s[i:i+4])
			}
			if strings.Contains(s, "?") {
				t.Errorf("after %s: a character without a substitute:\n%s", key, s)
			}
		}
	}
}
