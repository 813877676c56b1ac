package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
)

// under are the lines under the clients, w columns wide.
func under(m *model, w, h int) string {
	m.lookAgain()
	lines := m.footing(m.find(m.roster.run), placed{paneClients, false, rect{0, 0, w, h}}, w)
	for i := range lines {
		lines[i] = strings.TrimSpace(ansi.Strip(lines[i]))
	}
	return strings.Join(lines, "\n")
}

func TestCostLine(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5)}
	m := newFederatedModel(src, 120, 40)
	r := func() *train.RunView { return &src.snap.Runs[1] }
	for _, test := range []struct {
		what   string
		change func()
		want   string
	}{
		{"the optimum", func() { r().Last.ValAccuracy = 0.8793 }, "87.9 % now · 92.3 % the optimum · 4.4 points lost · 7.5 MB"},
		{"an older point", func() { r().Last.Rounds = 8 }, "87.9 % at round 8 · 92.3 % the optimum · 4.4 points lost · 7.5 MB"},
		{"a run", func() { r().Last.Rounds, src.snap.Optimum.State = 11, train.OptimumSearching }, "87.9 % now · 91.9 % sgd · 3.9 points lost · 7.5 MB"},
		{"better than it", func() { r().Last.ValAccuracy = 0.95 }, "95.0 % now · 91.9 % sgd · 3.1 points gained · 7.5 MB"},
		{"nothing to hold it against", func() { src.snap.Runs[0].Curve = nil }, "95.0 % now · — centralised · — points lost · 7.5 MB"},
		{"nothing measured", func() { r().Last.ValAccuracy = nan }, "— now · — centralised · — points lost · 7.5 MB"},
		{"regression", func() { src.snap.Data.Classes, r().Last.Loss = nil, 0.5 }, "loss 0.5000 now · f − best so far 1.6e-1 · 7.5 MB"},
	} {
		test.change()
		if got := under(m, 90, 20); got != test.want {
			t.Errorf("%s: got %q, want %q", test.what, got, test.want)
		}
	}
}

// On little room the points that are lost stay longest.
func TestCostLineGivesWay(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5)}
	src.run(1).Last.ValAccuracy = 0.8793
	m := newFederatedModel(src, 120, 40)
	for w, want := range map[int]string{
		80: "87.9 % now · 92.3 % the optimum · 4.4 points lost · 7.5 MB",
		56: "87.9 % now · 92.3 % the optimum · 4.4 points lost",
		40: "87.9 % now · 4.4 points lost · 7.5 MB",
		20: "4.4 points lost",
	} {
		if got := under(m, w, 20); got != want {
			t.Errorf("%d columns: got %q, want %q", w, got, want)
		}
	}
}

func TestPrivacyLines(t *testing.T) {
	for _, test := range []struct {
		what   string
		change func(*train.PrivacyView)
		w, h   int
		want   string
	}{
		{"hopeless", func(*train.PrivacyView) {}, 110, 20, "ε 3.2 of 8 · δ 1e-5 · reproducible noise: not private · client-level · noise 6 × clip 1 · 40 % clipped\n" +
			"SNR 0.02: noise drowns the signal, 50× it over 4 clients; it would take 2.5k rounds to show"},
		{"narrow", func(*train.PrivacyView) {}, 60, 20, "ε 3.2 of 8 · δ 1e-5 · reproducible noise: not private\nSNR 0.02: noise drowns the signal, 50× it over 4 clients"},
		{"low", func(*train.PrivacyView) {}, 70, 6, "ε 3.2 of 8 · not private · SNR 0.02: noise drowns the signal, 50× it"},
		{"of examples", func(p *train.PrivacyView) { p.Unit = "example" }, 110, 20, "ε 3.2 of 8 · δ 1e-5 · reproducible noise: not private · example-level · noise 6 × clip 1 · 40 % clipped\n" +
			"SNR 0.02: noise drowns the signal, 50× it; it would take 2.5k rounds to show"},
		// 10 noisy sums a round, at a tenth: 100 sums, as 100 signals are ten times as long as 100 noises at random.
		{
			"shows in time", func(p *train.PrivacyView) { p.Unit, p.SNR, p.Releases, p.Reproduced = "example", 0.1, 120, false }, 110, 20,
			"ε 3.2 of 8 · δ 1e-5 · SNR 0.1, clear of the noise after 10 rounds · example-level · noise 6 × clip 1",
		},
		{"useful", func(p *train.PrivacyView) { p.SNR, p.Reproduced, p.Budget, p.Clipped = 2.4, false, nan, nan }, 110, 20, "ε 3.2 · δ 1e-5 · SNR 2.4 · client-level · noise 6 × clip 1"},
		{"unknown", func(p *train.PrivacyView) { p.SNR, p.Epsilon, p.Reproduced = nan, nan, false }, 60, 20, "ε — of 8 · δ 1e-5 · SNR — · client-level · 40 % clipped"},
		{"infinite", func(p *train.PrivacyView) { p.SNR, p.Epsilon, p.Reproduced = 5, inf, false }, 60, 20, "no privacy · δ 1e-5 · SNR 5 · client-level · 40 % clipped"},
		{"void", func(p *train.PrivacyView) {
			p.SNR, p.Void, p.Reproduced = 5, "a client's\x1b[31m norm is public", false
		}, 70, 20, "no privacy · a client's norm is public · δ 1e-5 · SNR 5"},
	} {
		src := &stub{snap: federated(1, 40, 5)}
		m := newFederatedModel(src, 120, 40)
		src.changed(func(f *train.FederatedView) {
			f.Privacy = hopeless()
			test.change(f.Privacy)
		})
		_, got, _ := strings.Cut(under(m, test.w, test.h), "\n")
		if got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.what, got, test.want)
		}
	}
}

func TestRefusalsAreCounted(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5)}
	src.changed(func(f *train.FederatedView) {
		f.Refused = []train.Refusal{{Reason: "late", Count: 1200}, {Reason: "never"}, {Reason: "too\x1b]0;x\a large", Count: 3}}
	})
	m := newFederatedModel(src, 120, 40)
	wantSeen(t, m, "╰─ refused: 1 200 late, 3 too large ─")
	if got := m.refusals(m.roster.view, 20); got != "refused: 1 203" {
		t.Errorf("in 20 columns: %q", got)
	}
	if got := under(m, 60, 20); !strings.HasSuffix(got, "\nrefused: 1 200 late, 3 too large") {
		t.Errorf("without a frame: %q", got)
	}
	src.changed(func(f *train.FederatedView) { f.Refused = nil })
	m.lookAgain()
	if strings.Contains(m.View(), "refused") {
		t.Error("nothing refused, and said so")
	}
}

func TestFederatedHeading(t *testing.T) {
	f := train.FederatedView{Round: 11, Limit: 50, Underway: true, Attempt: 1, Cohort: 4, Clients: make([]train.ClientView, 1000)}
	r := &train.RunView{Name: "fed\x1b[1mavg"}
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

// A federated run shows its round while it runs, and how it stands otherwise.
func TestStandingOfAFederation(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5)}
	src.run(1).Activity = "client 3"
	m := newFederatedModel(src, 120, 40)
	wantSeen(t, m, "fedavg    ▶ round 12", "▶ 2  0:41")
	src.run(1).State = train.Paused
	wantSeen(t, m, "fedavg    ‖ paused", "▶ 1  ‖ 1  0:41")
	src.run(1).State, src.run(1).Pending = train.Running, "changing"
	wantSeen(t, m, "fedavg    ▶ changing…")
}
