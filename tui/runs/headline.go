package runs

import (
	"slices"

	"optwatch/train/view"
)

// charts is how many metrics are seen side by side.
const charts = 2

// Charted says whether a metric has a chart of its own.
func (s *Runs) Charted(key string) bool {
	m := s.Snap.Metric(key)
	return m != nil && m.Behind == "" && !m.Aside
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
