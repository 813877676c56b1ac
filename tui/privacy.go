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
	drowned := p.SNR < 1
	if said := []string{"reproducible noise: not private", "not private"}; p.Reproduced {
		if drowned && room < 2 {
			said = said[1:]
		}
		budget = append(budget, piece{ink: t.warn, texts: said, turn: 1})
	}
	switch {
	case !drowned:
		budget = append(budget, piece{ink: t.text, texts: []string{"SNR " + number(p.SNR, 2)}, turn: 2})
	case room < 2:
		budget = append(budget, piece{ink: t.bad, texts: drownedTexts(f), turn: 2})
	}
	budget = append(budget,
		piece{ink: t.dim, texts: []string{clean(p.Unit) + "-level"}, turn: 4},
		piece{ink: t.dim, texts: []string{"noise " + number(p.Noise, 3) + " × clip " + number(p.Clip, 3)}, turn: 5})
	if known(p.Clipped) {
		budget = append(budget, piece{ink: t.dim, texts: []string{strconv.Itoa(int(math.Round(100*p.Clipped))) + " % clipped"}, turn: 6})
	}
	lines := []string{m.dotted(budget, w)}
	if drowned && room >= 2 {
		lines = append(lines, m.dotted([]piece{{ink: t.bad, texts: drownedTexts(f)}}, w))
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

// drownedTexts say that the noise is larger than the signal, by how much and
// over how few it is averaged, the most detailed first.
func drownedTexts(f *train.FederatedView) []string {
	p := f.Privacy
	short := "SNR " + number(p.SNR, 2) + ": noise drowns the signal"
	texts := []string{short, "SNR " + number(p.SNR, 2)}
	if !(p.SNR > 0) || f.Cohort <= 0 {
		return texts
	}
	times := short + ", " + timesShort(1/p.SNR) + " it"
	over := times + " over " + grouped(int64(f.Cohort)) + " clients"
	if p.Unit != "client" {
		return append([]string{times}, texts...)
	}
	more := over + "; " + si(math.Ceil(float64(f.Cohort)/p.SNR)) + " would match it"
	return append([]string{more, over, times}, texts...)
}

// timesShort is a multiple in two digits: 50×.
func timesShort(v float64) string { return si(v) + "×" }
