package follow

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"optwatch/train/device"
	"optwatch/train/view"
)

// snapshot is what screens see, from what has been read.
func (w *Watch) snapshot(now time.Time) *view.Snapshot {
	s := &view.Snapshot{
		Generation: w.generation, Began: w.clock.began, Elapsed: now.Sub(w.clock.began), Phase: w.phase(),
		Events: w.events, Accepts: w.accepts(), Subject: w.subject(), Busy: w.reading, Leaving: view.LeavesAsItIs,
	}
	s.Devices = w.devices()
	if s.Phase == view.PhaseLoading {
		s.Loading = view.Loading{What: w.looking()}
		return s
	}
	s.Axes, s.Pace = axes, axes[onStep].Key
	s.Metrics, s.Headline, s.Columns = w.metrics(), w.headline(), w.columns()
	differing := w.differing()
	s.Runs = make([]view.Run, len(w.runs))
	for i, r := range w.runs {
		s.Runs[i] = w.run(r, now, differing)
	}
	return s
}

// devices are the devices as they are now; nil where none are watched.
func (w *Watch) devices() *device.View {
	if w.options.Devices == nil {
		return nil
	}
	return w.options.Devices()
}

func (w *Watch) phase() view.Phase {
	if len(w.runs) == 0 {
		return view.PhaseLoading
	}
	for _, r := range w.runs {
		if !r.state.Ended() {
			return view.PhaseTraining
		}
	}
	return view.PhaseEnded
}

// looking is what is said while there is no run.
func (w *Watch) looking() string {
	if w.looks == 0 {
		return "looking for logs in " + w.where()
	}
	return "no logs in " + w.where() + " yet"
}

func (w *Watch) subject() view.Subject {
	return view.Subject{Name: w.where(), Title: strconv.Itoa(len(w.runs)) + map[bool]string{true: " run", false: " runs"}[len(w.runs) == 1]}
}

// metrics are what any run has logged, and what goes with their charts.
func (w *Watch) metrics() []view.Metric {
	if w.declared != nil {
		return w.declared
	}
	var keys []string
	seen := map[string]bool{}
	for _, r := range w.runs {
		for _, c := range r.curves {
			if key := r.keys[c.tag]; !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	slices.SortFunc(keys, charted)
	var out, behind []view.Metric
	for _, key := range keys {
		m := metricOf(key)
		if k := known(key); k < len(meanings) && seen[meanings[k].beside] {
			beside := meanings[k].beside
			behind = append(behind, view.Metric{Key: key + besides, Title: metricOf(beside).Title, Behind: key})
			m.Note = metricOf(beside).Title + " faint"
		}
		out = append(out, m)
	}
	for _, r := range w.runs {
		for tag := range r.former {
			if key := r.keys[tag] + formerly; !seen[key] {
				seen[key] = true
				behind = append(behind, view.Metric{Key: key, Title: "before it began again", Behind: r.keys[tag]})
			}
		}
	}
	w.declared = append(append(out, behind...), view.Metric{Key: gpuMetric, Title: "GPUs busy", Name: "gpu busy", Format: view.Share, Aside: true})
	return w.declared
}

// headline are the metrics to begin with: those that most runs have, the losses first.
func (w *Watch) headline() []string {
	var out []string
	for _, m := range w.metrics() {
		if known(m.Key) < len(meanings) && m.Behind == "" {
			out = append(out, m.Key)
		}
	}
	return out
}

// columns are those of the standings.
func (w *Watch) columns() []view.Column {
	out := []view.Column{{Key: "step", Drop: 1}}
	for _, m := range w.metrics() {
		if m.Behind == "" && !m.Aside && len(out) < 6 {
			out = append(out, view.Column{Key: m.Key, Drop: 1 + len(out), Spread: 10 + len(out)})
		}
	}
	for _, r := range w.runs {
		if len(r.use(w.devices()).GPUs) > 0 {
			return append(out, view.Column{Key: gpuMetric, Drop: 4})
		}
	}
	return out
}

// run is a run as a viewer sees it.
func (w *Watch) run(r *run, now time.Time, differing map[string]bool) view.Run {
	if r.series == nil {
		r.series = w.draw(r)
	}
	v := view.Run{
		ID: r.id, Generation: r.changed, Name: r.name, Group: w.groupOf(r), State: r.state, Reason: r.reason, Pending: r.pending,
		Activity: r.activity, At: w.clock.place(r.at), Series: r.series, Path: r.path, Output: r.output,
		Left: -1, Method: r.method(), Recipe: recipe(r, differing), Settings: w.settings(r), Accepts: w.accepted(r),
	}
	if u := r.use(w.devices()); len(u.GPUs) > 0 {
		v.Recipe = strings.TrimSuffix(gpuNames(u)+" · "+v.Recipe, " · ")
		v.Series = append(slices.Clip(v.Series), view.Series{Metric: gpuMetric, Last: u.Busy / 100})
	}
	for _, n := range r.marks {
		v.Marks = append(v.Marks, view.Mark{Kind: n.kind, Metric: n.metric, Places: w.clock.place(n.at), Text: n.text})
	}
	if r.state == view.Running {
		v.Rate = r.rate.value
		if r.about.Total > 0 && r.rate.value > 0 {
			v.Left = time.Duration(min(max(0, (r.about.Total-r.at[onStep])/r.rate.value*float64(time.Second)), math.MaxInt64/2))
		}
	}
	v.Parameters = r.described()
	for _, p := range r.config {
		v.Parameters = append(v.Parameters, view.Parameter{Key: p.Key, Text: p.Text, Differs: differing[p.Key]})
	}
	return v
}

// draw makes the series of a run.
func (w *Watch) draw(r *run) []view.Series {
	out := []view.Series{}
	for _, c := range r.curves {
		key := r.keys[c.tag]
		p := c.all()
		s := view.Series{Metric: key, Places: w.clock.all(p.at), Values: p.values, Last: c.last}
		for axis, at := range s.Places {
			s.Places[axis] = forward(at)
		}
		out = append(out, s)
		if key == "val_loss" && r.curveOf("loss") != nil {
			s.Metric = "loss" + besides
			out = append(out, s)
		}
		if old := r.former[c.tag]; old != nil {
			out = append(out, view.Series{Metric: key + formerly, Places: w.clock.all(old.at), Values: old.values, Last: math.NaN()})
		}
	}
	return out
}

// described is what the log says of the run beside its configuration.
func (r *run) described() (out []view.Parameter) {
	for _, p := range []view.Parameter{{Key: "(name)", Text: r.about.Name}, {Key: "(host)", Text: r.about.Host}, {Key: "(written by)", Text: r.about.Writer}} {
		if p.Text != "" {
			out = append(out, p)
		}
	}
	return out
}

// recipe is what tells a run from the others: the parameters in which they differ.
func recipe(r *run, differing map[string]bool) string {
	text := ""
	for _, p := range r.config {
		if differing[p.Key] {
			if text != "" {
				text += " "
			}
			text += p.Key + "=" + p.Text
		}
	}
	return text
}

// differing are the parameters that runs do not have alike.
func (w *Watch) differing() map[string]bool {
	out, first, count := map[string]bool{}, map[string]string{}, map[string]int{}
	configured := 0
	for _, r := range w.runs {
		if len(r.config) > 0 {
			configured++
		}
		for _, p := range r.config {
			if text, ok := first[p.Key]; ok && text != p.Text {
				out[p.Key] = true
			} else if !ok {
				first[p.Key] = p.Text
			}
			count[p.Key]++
		}
	}
	for key, n := range count {
		if n < configured {
			out[key] = true
		}
	}
	return out
}
