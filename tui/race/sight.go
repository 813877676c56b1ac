package race

import (
	"math"
	"slices"

	"optwatch/train/study/axis"
	"optwatch/train/view"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// sight is how all charts are looked at, and what the standings show: the
// x-axis with its window, the value cursor, smoothing.
type sight struct {
	*runs.Runs
	key       string // of the axis
	leftKey   string // of the axis that was chosen, while a place on another is looked at; else ""
	axis      int    // its position in the snapshot
	logX      bool
	chosenX   bool // by the user
	smooth    int  // index into smoothing
	grid      grid
	roomy     bool // the screen has room for more than two charts
	dims      bool // all runs but the selected are drawn faint
	window    [2]float64
	zoomed    bool // window holds; else the axis follows the runs
	following bool // the window goes where the curves move
	cursor    float64
	values    bool                     // the value cursor is on
	told      room                     // of the advice
	under     int                      // rows of it under the standings
	known     map[endsKey][]chart.Ends // of each of a run's series
}

// smoothing are the weights of the moving average that s cycles through.
var smoothing = [...]float64{0, 0.6, 0.9}

// keepAxis keeps the axis chosen as long as any run has a place on it.
func (s *sight) keepAxis() {
	s.axis = s.Snap.Axis(s.key)
	if s.axis < 0 || !s.offered(s.axis) {
		s.axis = 0
		if s.key != "" && len(s.Snap.Axes) > 0 {
			s.values, s.zoomed = false, false
		}
	}
	if len(s.Snap.Axes) > 0 {
		s.key = s.Snap.Axes[s.axis].Key
	}
}

// offered says whether any run has a place on an axis; the first is always there.
func (s *sight) offered(at int) bool {
	if s.Snap.Axes[at].Aside {
		return false
	}
	return at == 0 || slices.ContainsFunc(s.All(), func(r *view.Run) bool { return r.Takes(at) })
}

// over is the axis that charts are drawn over.
func (s *sight) over() view.Axis {
	if s.axis < len(s.Snap.Axes) {
		return s.Snap.Axes[s.axis]
	}
	return view.Axis{}
}

// nextAxis changes the x-axis of all charts; a place on the old one means
// nothing on it.
func (s *sight) nextAxis() {
	n := len(s.Snap.Axes)
	if n == 0 {
		return
	}
	for s.axis = (s.axis + 1) % n; !s.offered(s.axis); {
		s.axis = (s.axis + 1) % n
	}
	s.key, s.leftKey = s.Snap.Axes[s.axis].Key, ""
	s.values, s.zoomed, s.following = false, false, false
}

func (s *sight) scale() axis.Scale { return axis.Scale{Log: s.logX} }
func (s *sight) nextSmoothing()    { s.smooth = (s.smooth + 1) % len(smoothing) }

// curves says whether there is a curve to look along.
func (s *sight) curves() bool {
	for _, r := range s.Plotted() {
		for i := range r.Series {
			if len(r.Series[i].Values) > 1 && s.Charted(r.Series[i].Metric) {
				return s.Ready()
			}
		}
	}
	return false
}

// eachPlaces calls f for the places of each of a run's series on the axis, those
// once that several series share.
func (s *sight) eachPlaces(r *view.Run, f func(series int, at []float64)) {
	var before *float64
	for i := range r.Series {
		at := r.Series[i].On(s.axis)
		if len(at) == 0 || &at[0] == before || !s.Charted(r.Series[i].Metric) {
			continue
		}
		before = &at[0]
		f(i, at)
	}
}

// x is the scale that all charts share.
func (s *sight) x() axis.Scale {
	if s.zoomed {
		return axis.Scale{Lo: s.window[0], Hi: s.window[1], Log: s.logX}
	}
	return s.fullX()
}

// fullX is the x-axis without a window.
func (s *sight) fullX() axis.Scale {
	lo, hi := s.ends()
	if !s.logX {
		return axis.Scale{Hi: s.endX(hi)}
	}
	if lo > hi {
		lo, hi = 1, 10
	}
	x := axis.Scale{Lo: axis.FloorDecade(math.Log10(lo)), Hi: axis.CeilDecade(math.Log10(hi)), Log: true}
	if x.Hi-x.Lo < 0.3 {
		x.Hi = x.Lo + 1
	}
	return x
}

// ends are the least place above 0 and the greatest of all series that are charted.
func (s *sight) ends() (lo, hi float64) {
	lo = math.Inf(1)
	for _, r := range s.Plotted() {
		known := s.knownOf(r)
		s.eachPlaces(r, func(i int, at []float64) {
			known[i].Extend(at)
			lo, hi = min(lo, known[i].Lo), max(hi, known[i].Hi)
		})
	}
	return lo, hi
}

// endsKey is whose ends they are.
type endsKey struct{ run, axis int }

// knownOf are the ends of a run's series as far as they have been looked at.
func (s *sight) knownOf(r *view.Run) []chart.Ends {
	key := endsKey{r.ID, s.axis}
	known := s.known[key]
	if len(known) < len(r.Series) {
		known = append(known, make([]chart.Ends, len(r.Series)-len(known))...)
		if s.known == nil {
			s.known = map[endsKey][]chart.Ends{}
		}
		s.known[key] = known
	}
	return known
}

// moveCursor moves the value cursor by a column of so many; it begins at the
// newest point.
func (s *sight) moveCursor(key string, cols int) {
	x := s.x()
	if !s.values {
		s.values, s.cursor = true, x.Lo
		for _, r := range s.Plotted() {
			s.eachPlaces(r, func(_ int, places []float64) {
				for _, at := range places {
					if at = x.Of(at); draw.Known(at) {
						s.cursor = max(s.cursor, min(at, x.Hi))
					}
				}
			})
		}
		return
	}
	by := (x.Hi - x.Lo) / float64(cols-1)
	if key == "h" || key == "left" {
		by = -by
	}
	s.cursor = min(max(s.cursor+by, x.Lo), x.Hi)
}

// atCursor is the place of a series that is nearest to the value cursor; -1 before all.
func (s *sight) atCursor(k *view.Series) int {
	return chart.Nearest(s.scale(), k.On(s.axis), s.cursor)
}

// zoomX halves or doubles what is seen of the x-axis, around the value cursor
// if it is on, else its end.
func (s *sight) zoomX(key string) {
	x := s.x()
	at := x.Hi
	if s.values {
		at = s.cursor
	}
	factor := 0.5
	if key == "-" {
		factor = 2
	}
	s.zoomAbout(at, factor)
}

// zoomAbout makes what is seen of the x-axis so many times as long, around a place.
func (s *sight) zoomAbout(at, factor float64) {
	x, full := s.x(), s.fullX()
	lo, hi := at-(at-x.Lo)*factor, at+(x.Hi-at)*factor
	lo, hi = max(lo, full.Lo), min(hi, full.Hi)
	if hi-lo < 1e-6*(full.Hi-full.Lo) {
		return
	}
	s.following = false
	s.window = [2]float64{lo, hi}
	s.zoomed = lo > full.Lo || hi < full.Hi
}

// panX moves the window by a quarter of its width, within the data.
func (s *sight) panX(key string) {
	by := (s.window[1] - s.window[0]) / 4
	if key == "<" {
		by = -by
	}
	s.pan(by)
}

// pan moves the window, within the data.
func (s *sight) pan(by float64) {
	full, w := s.fullX(), s.window
	by = min(max(by, full.Lo-w[0]), full.Hi-w[1])
	s.following = false
	s.window = [2]float64{w[0] + by, w[1] + by}
}

// cursorText is where the value cursor stands.
func (s *sight) cursorText() string {
	a := s.over()
	if a.At != "" {
		return s.cursorValue() + " " + draw.Clean(a.At)
	}
	return s.cursorValue() + " " + draw.Clean(a.Title)
}

// cursorValue is that place as a number.
func (s *sight) cursorValue() string {
	v := s.scale().Value(s.cursor)
	switch s.over().Format {
	case view.Count:
		return draw.Grouped(int64(math.Round(v)))
	case view.Bytes:
		return draw.Bytes(math.Round(v))
	}
	return draw.Number(v, 4)
}

// tick formats the ticks of the x-axis; nil for plain decimals.
func (s *sight) tick() func(v, step float64) string {
	switch a := s.over(); {
	case a.Whole:
		return func(v, _ float64) string { return draw.SIStep(math.Round(v), 1) }
	case a.Format == view.Count:
		return draw.SIStep
	case a.Format == view.Bytes:
		return func(v, step float64) string {
			if v == 0 {
				return "0"
			}
			return draw.SIStep(v, step) + "B"
		}
	}
	return nil
}

// ticks are the labelled places of the x-axis: where there is nothing between
// whole numbers, no tick is either.
func (s *sight) ticks(x axis.Scale, most int) []chart.Tick {
	all := chart.Ticks(x, most, s.tick())
	if !s.over().Whole {
		return all
	}
	return slices.DeleteFunc(all, func(k chart.Tick) bool {
		v := x.Value(k.At)
		return math.Abs(v-math.Round(v)) >= 1e-6*max(1, v)
	})
}
