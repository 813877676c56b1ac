package clients

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/pane"
)

// under are the lines under the clients, w columns wide.
func under(b *bench, w, h int) string {
	b.look()
	lines := b.footing(b.shown(), pane.Place{Rect: pane.Rect{W: w, H: h}})
	for i := range lines {
		lines[i] = strings.TrimSpace(ansi.Strip(lines[i]))
	}
	return strings.Join(lines, "\n")
}

func TestCostLine(t *testing.T) {
	s := federated(1, 5)
	b := newBench(&stub{snap: s}, 120, 40)
	cost, last := &s.Runs[1].Federation.Cost, func(i int) *float64 { return &s.Runs[1].Series[i].Last }
	for _, test := range []struct {
		what   string
		change func()
		want   string
	}{
		{"the optimum", func() {}, "87.9 % now · 92.3 % the optimum · 4.4 points lost · 7.5 MB"},
		{"an older point", func() { cost.Round = 8 }, "87.9 % at round 8 · 92.3 % the optimum · 4.4 points lost · 7.5 MB"},
		{"a run", func() { *cost = view.Cost{Now: 0.8793, Reference: 0.9188, Against: "s\x1b[1mgd", Round: 11} }, "87.9 % now · 91.9 % sgd · 3.9 points lost · 7.5 MB"},
		{"better than it", func() { cost.Now = 0.95 }, "95.0 % now · 91.9 % sgd · 3.1 points gained · 7.5 MB"},
		{"nothing to hold it against", func() { cost.Reference, cost.Against = nan, "" }, "95.0 % now · — centralised · — points lost · 7.5 MB"},
		{"nothing measured", func() { cost.Now = nan }, "— now · — centralised · — points lost · 7.5 MB"},
		{"regression", func() {
			s.Subject.Classes, s.Headline, s.Metrics[2].Title = nil, []string{"loss", "gap"}, "f − best so far"
		}, "loss 0.5000 now · f − best so far 1.6e-1 · 7.5 MB"},
		{"at the optimum", func() { s.Metrics[2].Title, *last(2) = "f − f*", 1e-13 }, "loss 0.5000 now · f − f* ≤ 4.0e-13 · 7.5 MB"},
		{"nothing known", func() { *last(1), *last(2) = nan, nan }, "loss — now · f − f* — · 7.5 MB"},
		{"no headline", func() { s.Headline = []string{"no such metric"} }, "7.5 MB"},
	} {
		test.change()
		if got := under(b, 90, 20); got != test.want {
			t.Errorf("%s: got %q, want %q", test.what, got, test.want)
		}
	}
}

// On little room the points that are lost stay longest.
func TestCostLineGivesWay(t *testing.T) {
	b := newBench(&stub{snap: federated(1, 5)}, 120, 40)
	for w, want := range map[int]string{
		80: "87.9 % now · 92.3 % the optimum · 4.4 points lost · 7.5 MB",
		56: "87.9 % now · 92.3 % the optimum · 4.4 points lost",
		40: "87.9 % now · 4.4 points lost · 7.5 MB",
		20: "4.4 points lost",
	} {
		if got := under(b, w, 20); got != want {
			t.Errorf("%d columns: got %q, want %q", w, got, want)
		}
	}
}

func TestPrivacyLines(t *testing.T) {
	for _, test := range []struct {
		what   string
		change func(*view.Privacy)
		w, h   int
		want   string
	}{
		{"hopeless", func(*view.Privacy) {}, 110, 20, "ε 3.2 of 8 · δ 1e-5 · reproducible noise: not private · client-level · noise 6 × clip 1 · 40 % clipped\n" +
			"SNR 0.02: noise drowns the signal, 50× it over 4 clients; it would take 2.5k rounds to show"},
		{"narrow", func(*view.Privacy) {}, 60, 20, "ε 3.2 of 8 · δ 1e-5 · reproducible noise: not private\nSNR 0.02: noise drowns the signal, 50× it over 4 clients"},
		{"low", func(*view.Privacy) {}, 70, 6, "ε 3.2 of 8 · not private · SNR 0.02: noise drowns the signal, 50× it"},
		{"of examples", func(p *view.Privacy) { p.Unit, p.Clients = "example", false }, 110, 20, "ε 3.2 of 8 · δ 1e-5 · reproducible noise: not private · example-level · noise 6 × clip 1 · 40 % clipped\n" +
			"SNR 0.02: noise drowns the signal, 50× it; it would take 2.5k rounds to show"},
		// 10 noisy sums a round, at a tenth: 100 sums, as 100 signals are ten times as long as 100 noises at random.
		{
			"shows in time", func(p *view.Privacy) {
				p.Unit, p.Clients, p.SNR, p.Releases, p.Reproduced = "example", false, 0.1, 120, false
			}, 110, 20,
			"ε 3.2 of 8 · δ 1e-5 · SNR 0.1, clear of the noise after 10 rounds · example-level · noise 6 × clip 1",
		},
		{"useful", func(p *view.Privacy) { p.SNR, p.Reproduced, p.Budget, p.Clipped = 2.4, false, nan, nan }, 110, 20, "ε 3.2 · δ 1e-5 · SNR 2.4 · client-level · noise 6 × clip 1"},
		{"unknown", func(p *view.Privacy) { p.SNR, p.Epsilon, p.Reproduced = nan, nan, false }, 60, 20, "ε — of 8 · δ 1e-5 · SNR — · client-level · 40 % clipped"},
		{"infinite", func(p *view.Privacy) { p.SNR, p.Epsilon, p.Reproduced = 5, inf, false }, 60, 20, "no privacy · δ 1e-5 · SNR 5 · client-level · 40 % clipped"},
		{"void", func(p *view.Privacy) {
			p.SNR, p.Void, p.Reproduced = 5, "a client's\x1b[31m norm is public", false
		}, 70, 20, "no privacy · a client's norm is public · δ 1e-5 · SNR 5"},
	} {
		src := &stub{snap: federated(1, 5)}
		src.changed(func(f *view.Federation) {
			f.Privacy = hopeless()
			test.change(f.Privacy)
		})
		_, got, _ := strings.Cut(under(newBench(src, 120, 40), test.w, test.h), "\n")
		if got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.what, got, test.want)
		}
	}
}

func TestRefusalsAreCounted(t *testing.T) {
	src := &stub{snap: federated(1, 5)}
	src.changed(func(f *view.Federation) {
		f.Refused = []view.Refusal{{Reason: "late", Count: 1200}, {Reason: "never"}, {Reason: "too\x1b]0;x\a large", Count: 3}}
	})
	b := newBench(src, 75, 14)
	wantSeen(t, b, "╰─ refused: 1 200 late, 3 too large ─")
	if got := b.refusals(b.federation, 20); got != "refused: 1 203" {
		t.Errorf("in 20 columns: %q", got)
	}
	if got := under(b, 60, 20); !strings.HasSuffix(got, "\nrefused: 1 200 late, 3 too large") {
		t.Errorf("without a frame: %q", got)
	}
	src.changed(func(f *view.Federation) { f.Refused = nil })
	b.look()
	if strings.Contains(b.view(), "refused") {
		t.Error("nothing refused, and said so")
	}
}

func TestHeading(t *testing.T) {
	f := view.Federation{Round: 11, Limit: 50, Underway: true, Attempt: 1, Cohort: 4, Clients: make([]view.Client, 1000)}
	r := &view.Run{Name: "fed\x1b[1mavg"}
	for _, test := range []struct {
		change func()
		w      int
		want   string
	}{
		{func() {}, 80, "fedavg · round 12/50 · 4 of 1 000 clients"},
		{func() {}, 40, "fedavg · round 12/50 · 4 of 1 000"},
		{func() {}, 20, "fedavg · round 12"},
		{func() { f.Attempt = 2 }, 80, "fedavg · round 12/50, attempt 2 · 4 of 1 000 clients"},
		{func() { f.Underway = false }, 80, "fedavg · round 11/50 · 4 of 1 000 clients"},
		{func() { f.Limit = 0 }, 80, "fedavg · round 11 · 4 of 1 000 clients"},
	} {
		test.change()
		if got := heading(r, &f, test.w); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
