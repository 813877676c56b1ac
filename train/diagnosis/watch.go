package diagnosis

import "optwatch/train/view"

// Watch remembers which conditions hold. One begins or ends only when two
// probes in succession say so; where the numbers for it are no longer known,
// after a switch of method or a change of a setting, it is forgotten without a
// word. One that comes and goes takes twice as many probes for each time that it
// has ended before, so that whatever wavers is told of a few times and not for
// ever. The zero value knows of none.
type Watch struct {
	Active [conditions]bool
	Since  [conditions]int // probes in succession that say otherwise
	Ended  [conditions]int // times that it has ended
}

const (
	conditions  = int(view.Plateaued) + 1
	successions = 2
	doublings   = 10 // at most
)

// Afresh forgets how often conditions have come and gone: the run is to be set
// otherwise, and what is wrong with it then is news.
func (w *Watch) Afresh() { w.Ended = [conditions]int{} }

// Update judges a view, fills in what is active and the advice, and says in a
// line each what has begun and ended.
func (w *Watch) Update(v *view.Diagnosis) (began, ended []view.Advice) {
	for _, c := range checks {
		known := c.known(v)
		w.Active[c.condition] = w.Active[c.condition] && known
		if !known || c.holds(v, w.Active[c.condition]) == w.Active[c.condition] {
			w.Since[c.condition] = 0
			continue
		}
		if w.Since[c.condition]++; w.Since[c.condition] < successions<<min(w.Ended[c.condition], doublings) {
			continue
		}
		w.Since[c.condition] = 0
		if w.Active[c.condition] = !w.Active[c.condition]; w.Active[c.condition] {
			began = append(began, view.Advice{Condition: c.condition, Text: c.text(v)})
		} else {
			w.Ended[c.condition]++
			ended = append(ended, view.Advice{Condition: c.condition, Text: c.over})
		}
	}
	v.Active, v.Advice = nil, view.Advice{}
	for _, c := range checks {
		if !w.Active[c.condition] {
			continue
		}
		v.Active = append(v.Active, c.condition)
		if v.Advice.Text == "" {
			v.Advice = view.Advice{Condition: c.condition, Text: c.text(v)}
		}
	}
	return began, ended
}

// Diverged judges a run that has ended because it diverged. Its view is of the
// parameters that it began with.
func (w *Watch) Diverged(v *view.Diagnosis) {
	v.Active = []view.Condition{view.Diverging}
	v.Advice = view.Advice{Condition: view.Diverging, Text: view.ShortExponents(hasDiverged(v))}
}
