package runs

import (
	"slices"

	"optwatch/train/view"
)

// charts is how many metrics are seen side by side.
const charts = 2

// Charted says whether a metric has a chart of its own. It is asked of each series of
// each run in every frame.
func (s *Runs) Charted(key string) bool {
	if s.chartedOf != s.Snap {
		s.charted, s.chartedOf = make(map[string]bool, len(s.Snap.Metrics)), s.Snap
		for i := range s.Snap.Metrics {
			m := &s.Snap.Metrics[i]
			s.charted[m.Key] = m.Behind == "" && !m.Aside
		}
	}
	return s.charted[key]
}

// Headline are the metrics to begin with: those of the source, and where it
// names fewer than there are charts, the next that can be drawn.
func (s *Runs) Headline() []*view.Metric {
	if s.headlineOf != s.Snap {
		s.headline, s.headlineOf = s.begins(), s.Snap
	}
	return s.headline
}

func (s *Runs) begins() []*view.Metric {
	var out []*view.Metric
	for _, key := range s.Snap.Headline {
		if s.Charted(key) {
			out = append(out, s.Snap.Metric(key))
		}
	}
	for i := range s.Snap.Metrics {
		if m := &s.Snap.Metrics[i]; len(out) < charts && s.Charted(m.Key) && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}
