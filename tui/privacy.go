package tui

import (
	"math"
	"strconv"

	"optwatch/train"
)

// privacyLines are the privacy that was spent, and on a line of its own, where
// there is room for it, what the noise leaves of the signal if it drowns it:
// the number alone says nothing to who does not know it.
func (m *model) privacyLines(f *train.FederatedView, w, room int) []string {
	t, p := m.theme, f.Privacy
	budget := []piece{{ink: t.strong, texts: []string{epsilonText(p)}}}
	if p.Void != "" || math.IsInf(p.Epsilon, 1) {
		budget[0].ink = t.bad
	}
	if void := clean(p.Void); void != "" {
		budget = append(budget, piece{ink: t.bad, texts: []string{void, short(void, w/2)}, turn: 1})
	}
	budget = append(budget, piece{ink: t.text, texts: []string{"δ " + compact(p.Delta)}, turn: 3})
	hopeless := drowned(f)
	if said := []string{"reproducible noise: not private", "not private"}; p.Reproduced {
		if hopeless && room < 2 {
			said = said[1:]
		}
		budget = append(budget, piece{ink: t.warn, texts: said, turn: 1})
	}
	switch {
	case !hopeless:
		budget = append(budget, piece{ink: t.text, texts: signalTexts(f), turn: 2})
	case room < 2:
		budget = append(budget, piece{ink: t.bad, texts: signalTexts(f), turn: 2})
	}
	budget = append(budget,
		piece{ink: t.dim, texts: []string{clean(p.Unit) + "-level"}, turn: 4},
		piece{ink: t.dim, texts: []string{"noise " + number(p.Noise, 3) + " × clip " + number(p.Clip, 3)}, turn: 5})
	if known(p.Clipped) {
		budget = append(budget, piece{ink: t.dim, texts: []string{strconv.Itoa(int(math.Round(100*p.Clipped))) + " % clipped"}, turn: 6})
	}
	lines := []string{m.dotted(budget, w)}
	if hopeless && room >= 2 {
		lines = append(lines, m.dotted([]piece{{ink: t.bad, texts: signalTexts(f)}}, w))
	}
	return lines
}

// epsilonText is ε of its budget.
func epsilonText(p *train.PrivacyView) string {
	if p.Void != "" || math.IsInf(p.Epsilon, 1) {
		return "no privacy"
	}
	text := "ε " + number(p.Epsilon, 3)
	if known(p.Budget) {
		text += " of " + number(p.Budget, 3)
	}
	return text
}

// shows is after how many rounds the signal outgrows the noise, if it keeps its
// direction: n noisy sums add up to n signals and √n noises. NaN where unknown.
func shows(f *train.FederatedView) float64 {
	sums := 1.0 // a round
	if f.Round > 0 && f.Privacy.Releases > 0 {
		sums = float64(f.Privacy.Releases) / float64(f.Round)
	}
	return 1 / (f.Privacy.SNR * f.Privacy.SNR * sums)
}

// longRun is how many rounds a federation without a limit is thought to take.
const longRun = 1000

// drowned says whether the rounds there will be are too few for the signal to show.
func drowned(f *train.FederatedView) bool {
	limit := float64(f.Limit)
	if f.Limit == 0 {
		limit = longRun
	}
	return shows(f) > limit
}

// signalTexts say what the noise leaves of the signal, the most detailed first.
func signalTexts(f *train.FederatedView) []string {
	p, snr := f.Privacy, "SNR "+number(f.Privacy.SNR, 2)
	after := math.Ceil(shows(f))
	switch {
	case !(p.SNR < 1):
		return []string{snr}
	case !drowned(f):
		return []string{snr + ", clear of the noise after " + rounds(after), snr}
	}
	short := snr + ": noise drowns the signal"
	if !(p.SNR > 0) {
		return []string{short, snr}
	}
	times := short + ", " + si(1/p.SNR) + "× it"
	texts := []string{times + "; it would take " + rounds(after) + " to show", times, short, snr}
	if p.Unit == "client" && f.Cohort > 0 {
		over := times + " over " + grouped(int64(f.Cohort)) + " clients"
		texts = append([]string{over + "; it would take " + rounds(after) + " to show", over}, texts...)
	}
	return texts
}

func rounds(n float64) string {
	if n == 1 {
		return "1 round"
	}
	return si(n) + " rounds"
}
