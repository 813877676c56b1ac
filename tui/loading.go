package tui

import (
	"strconv"
	"strings"

	"optwatch/train"
	"optwatch/tui/draw"
)

// drawLoading fills the screen until there is data: what is being read and how
// far it is, or why there will be none.
func (m *model) drawLoading(w, h int) []string {
	var body []string
	if m.snap.Phase == train.PhaseFailed {
		body = m.failure(w)
	} else {
		body = m.progress(w)
	}
	lines := make([]string, max(0, (h-len(body))*2/5), h+len(body))
	return draw.Block(append(lines, body...), w, h)
}

func (m *model) progress(w int) []string {
	t, load := m.theme, m.snap.Loading
	what := draw.Clean(load.What)
	if what == "" {
		what = "data"
	}
	if !strings.HasPrefix(what, "loading") {
		what = "loading " + what
	}
	width := min(48, w-8)
	l := draw.NewLine(w)
	l.Gap((w - width) / 2)
	at := l.At()
	if load.Total <= 0 {
		return []string{l.Put(t.Text, draw.Short(what+" …", width)).String()}
	}
	share := min(max(float64(load.Done)/float64(load.Total), 0), 1)
	l.Put(t.Text, draw.Short(what+" … "+strconv.Itoa(int(100*share))+" %", width))
	bar := draw.NewLine(w)
	full := int(share*float64(width) + 0.5)
	bar.Gap(at).Put(t.Focus, strings.Repeat("█", full)).Put(t.Faint, strings.Repeat("░", width-full))
	return []string{l.String(), "", bar.String()}
}

func (m *model) failure(w int) []string {
	t := m.theme
	width := min(76, w-4)
	left := (w - width) / 2
	row := func(k draw.Ink, s string) string { return draw.NewLine(w).Gap(left).Put(k, s).String() }
	title, advice := "✗ there is no data to train on", "Check --data and --data-dir, or start with --data digits, which needs no files. q quits."
	if m.snap.Misconfigured {
		title, advice = "✗ this cannot be trained as it was asked for", "The command line must change. q quits."
	}
	lines := []string{row(t.Bad, title), ""}
	for _, s := range draw.Wrap(draw.Clean(m.snap.Err), width) {
		lines = append(lines, row(t.Text, s))
	}
	lines = append(lines, "")
	for _, s := range draw.Wrap(advice, width) {
		lines = append(lines, row(t.Dim, s))
	}
	return lines
}
