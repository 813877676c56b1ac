package tui

import (
	"strconv"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// drawLoading fills the screen until there is something to look at: what is
// being read and how far it is, or why there will be nothing.
func (m *shell) drawLoading(w, h int) []string {
	var body []string
	if m.Snap.Phase == view.PhaseFailed {
		body = m.failure(w)
	} else {
		body = m.progress(w)
	}
	lines := make([]string, max(0, (h-len(body))*2/5), h+len(body))
	return draw.Block(append(lines, body...), w, h)
}

func (m *shell) progress(w int) []string {
	t, load := m.Theme, m.Snap.Loading
	what := draw.Clean(load.What)
	if what == "" {
		what = "data"
	}
	what = "loading " + what
	width := min(48, w-8)
	l := draw.NewLine(w)
	l.Gap((w - width) / 2)
	at := l.At()
	if load.Total <= 0 {
		return []string{l.Put(t.Text, draw.Short(what+" …", width)).String()}
	}
	done := min(max(float64(load.Done)/float64(load.Total), 0), 1)
	l.Put(t.Text, draw.Short(what+" … "+strconv.Itoa(int(100*done))+" %", width))
	bar := draw.NewLine(w)
	full := int(done*float64(width) + 0.5)
	bar.Gap(at).Put(t.Focus, strings.Repeat("█", full)).Put(t.Faint, strings.Repeat("░", width-full))
	return []string{l.String(), "", bar.String()}
}

func (m *shell) failure(w int) []string {
	t, f := m.Theme, m.Snap.Failure
	width := min(76, w-4)
	left := (w - width) / 2
	row := func(k draw.Ink, s string) string { return draw.NewLine(w).Gap(left).Put(k, s).String() }
	lines := []string{row(t.Bad, "✗ "+draw.Clean(f.Title)), ""}
	for _, s := range draw.Wrap(draw.Clean(f.Reason), width) {
		lines = append(lines, row(t.Text, s))
	}
	lines = append(lines, "")
	for _, s := range draw.Wrap(draw.Clean(f.Advice)+" q quits.", width) {
		lines = append(lines, row(t.Dim, s))
	}
	return lines
}
