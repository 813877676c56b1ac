package clients

import (
	"math"
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// privacyLines are the privacy that was spent, and on a line of its own, where
// there is room for it, what the noise leaves of the signal if it drowns it:
// the number alone says nothing to who does not know it.
func (c *Clients) privacyLines(f *view.Federation, w, room int) []string {
	t, p := c.Theme, f.Privacy
	budget := []draw.Piece{{Ink: t.Strong, Texts: []string{epsilonText(p)}}}
	if p.Void != "" || math.IsInf(p.Epsilon, 1) {
		budget[0].Ink = t.Bad
	}
	if void := draw.Clean(p.Void); void != "" {
		budget = append(budget, draw.Piece{Ink: t.Bad, Texts: []string{void, draw.Short(void, w/2)}, Turn: 1})
	}
	budget = append(budget, draw.Piece{Ink: t.Text, Texts: []string{"δ " + draw.Compact(p.Delta)}, Turn: 3})
	hopeless := drowned(f)
	if said := []string{"reproducible noise: not private", "not private"}; p.Reproduced {
		if hopeless && room < 2 {
			said = said[1:]
		}
		budget = append(budget, draw.Piece{Ink: t.Warn, Texts: said, Turn: 1})
	}
	switch {
	case !hopeless:
		budget = append(budget, draw.Piece{Ink: t.Text, Texts: signalTexts(f), Turn: 2})
	case room < 2:
		budget = append(budget, draw.Piece{Ink: t.Bad, Texts: signalTexts(f), Turn: 2})
	}
	budget = append(budget,
		draw.Piece{Ink: t.Dim, Texts: []string{draw.Clean(p.Unit) + "-level"}, Turn: 4},
		draw.Piece{Ink: t.Dim, Texts: []string{"noise " + draw.Number(p.Noise, 3) + " × clip " + draw.Number(p.Clip, 3)}, Turn: 5})
	if draw.Known(p.Clipped) {
		budget = append(budget, draw.Piece{Ink: t.Dim, Texts: []string{strconv.Itoa(int(math.Round(100*p.Clipped))) + " % clipped"}, Turn: 6})
	}
	lines := []string{c.dotted(budget, w)}
	if hopeless && room >= 2 {
		lines = append(lines, c.dotted([]draw.Piece{{Ink: t.Bad, Texts: signalTexts(f)}}, w))
	}
	return lines
}

// epsilonText is ε of its budget.
func epsilonText(p *view.Privacy) string {
	if p.Void != "" || math.IsInf(p.Epsilon, 1) {
		return "no privacy"
	}
	text := "ε " + draw.Number(p.Epsilon, 3)
	if draw.Known(p.Budget) {
		text += " of " + draw.Number(p.Budget, 3)
	}
	return text
}

// shows is after how many rounds the signal outgrows the noise, if it keeps its
// direction: n noisy sums add up to n signals and √n noises. NaN where unknown.
func shows(f *view.Federation) float64 {
	sums := 1.0 // a round
	if f.Round > 0 && f.Privacy.Releases > 0 {
		sums = float64(f.Privacy.Releases) / float64(f.Round)
	}
	return 1 / (f.Privacy.SNR * f.Privacy.SNR * sums)
}

// longRun is how many rounds a federation without a limit is thought to take.
const longRun = 1000

// drowned says whether the rounds there will be are too few for the signal to show.
func drowned(f *view.Federation) bool {
	limit := float64(f.Limit)
	if f.Limit == 0 {
		limit = longRun
	}
	return shows(f) > limit
}

// signalTexts say what the noise leaves of the signal, the most detailed first.
func signalTexts(f *view.Federation) []string {
	p, snr := f.Privacy, "SNR "+draw.Number(f.Privacy.SNR, 2)
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
	times := short + ", " + draw.SI(1/p.SNR) + "× it"
	texts := []string{times + "; it would take " + rounds(after) + " to show", times, short, snr}
	if p.Clients && f.Cohort > 0 {
		over := times + " over " + draw.Grouped(int64(f.Cohort)) + " clients"
		texts = append([]string{over + "; it would take " + rounds(after) + " to show", over}, texts...)
	}
	return texts
}

func rounds(n float64) string {
	if n == 1 {
		return "1 round"
	}
	return draw.SI(n) + " rounds"
}
