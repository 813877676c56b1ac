//go:build unix

package train_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"

	"optwatch/train"
	"optwatch/train/study"
)

// TestScale measures what a gradient evaluation costs against the numbers of rows,
// features, classes, examples a step, clients and runs, and what clients and runs keep
// in memory. It draws each on log-log paper with the machine's floors beside, and judges
// whether the lines are straight. It takes some minutes, wants to be alone on the
// machine, and so is asked for:
//
//	OPTWATCH_SCALE=scale go test ./train -run TestScale -timeout 0 -v
//
// The value is a folder for report.md, the pictures as PNG and SVG, and their numbers as
// CSV; scale:rows,clients makes those sweeps alone. All data are drawn, and costs are
// CPU time: medians of five rounds, each of which goes through all sizes and methods.
// A line that is not straight fails nothing: the report says where it bends and why.
func TestScale(t *testing.T) {
	asked := os.Getenv("OPTWATCH_SCALE")
	if asked == "" {
		t.Skip("OPTWATCH_SCALE names no folder for what would be measured: it takes minutes")
	}
	dir, chosen := parseScale(asked, sweeps())
	if len(chosen) == 0 {
		t.Fatalf("%q asks for no sweep that there is", asked)
	}
	m := measureMachine(t)
	facts := []study.Fact{
		{Name: "kernels", Text: fmt.Sprintf("%s, %s/%s, %s", train.Kernels(), runtime.GOOS, runtime.GOARCH, runtime.Version())},
		{Name: "multiply-adds", Text: fmt.Sprintf("%.1f a nanosecond in float64", m.fmas)},
	}
	for _, megabytes := range []int{1, 16, 256} {
		facts = append(facts, study.Fact{Name: fmt.Sprintf("reading %d MB", megabytes), Text: fmt.Sprintf("%.1f GB/s", m.read(t, megabytes<<20))})
	}
	folder, err := study.NewFolder(dir, "What size costs", facts...)
	if err != nil {
		t.Fatal(err)
	}
	studies := make([]study.Study, len(chosen))
	for i, s := range chosen {
		studies[i] = study.Study{Name: s.name, Title: s.title, About: s.about}
	}
	book := study.NewNotebook(nil, studies...)
	for i, p := range book.Pages() {
		p.Begin()
		chosen[i].measure(t, p, m)
		p.End(study.Done, "")
		if err := folder.Keep(book.View()); err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Study().Claims {
			t.Logf("%s %s: %s", c.Verdict.Sign(), c.Text, c.Measured)
		}
		runtime.GC()
	}
}

// rounds is how often everything is measured.
const rounds = 5

// sweep is a cost against one size, all others held.
type sweep struct {
	name, title, about string
	x, y               string // what the axes are
	at                 []int
	floor              func(x int) work                  // nil for none
	begin              func(t *testing.T, x int) []probe // of as many of the subjects as there is time for
	subjects           []subject                         // in the order of the probes
	once               bool                              // it is no time, and comes out the same each time
}

// probe measures once.
type probe func() float64

// subject is what a sweep measures, and what is expected of it: a cost that goes like
// a power of the size from one size on. Where it bends, why says for what reason.
type subject struct {
	name  string
	slope float64
	from  int
	why   string
}

// measure makes a sweep, and writes it on a page.
func (s sweep) measure(t *testing.T, p *study.Page, m *machine) {
	probes := make([][]probe, len(s.at))
	for i, x := range s.at {
		p.Doing(fmt.Sprintf("%s = %d", s.x, x))
		probes[i] = s.begin(t, x)
	}
	found := make([][][]float64, len(s.subjects)) // by subject and size
	for j := range found {
		found[j] = make([][]float64, len(s.at))
	}
	times := rounds
	if s.once {
		times = 1
	}
	for range times {
		for i := range s.at {
			for j, do := range probes[i] {
				found[j][i] = append(found[j][i], do())
			}
		}
	}
	f := study.Figure{Name: s.name, Title: s.title, X: study.Axis{Label: s.x, Log: true}, Y: study.Axis{Label: s.y, Log: true}}
	for j, sub := range s.subjects {
		f.Series = append(f.Series, seriesOf(sub.name, j, s.at, found[j]))
	}
	for j, sub := range s.subjects {
		sub.judge(p, s, &f.Series[j])
	}
	tabulate(p, s, &f)
	f.Series = append(f.Series, s.floors(t, m)...)
	p.Draw(f)
}

// seriesOf is the medians, with a band from the least to the most.
func seriesOf(name string, slot int, at []int, found [][]float64) study.Series {
	s := study.Series{Name: name, Slot: slot, Dots: true}
	for i, values := range found {
		if len(values) == 0 {
			continue
		}
		slices.Sort(values)
		s.X = append(s.X, float64(at[i]))
		s.Y = append(s.Y, values[len(values)/2])
		s.Lo, s.Hi = append(s.Lo, values[0]), append(s.Hi, values[len(values)-1])
	}
	return s
}

// judge says whether the line is straight, from where it is to be.
func (sub subject) judge(p *study.Page, of sweep, s *study.Series) {
	if sub.why != "" {
		p.Note(sub.name + ": " + sub.why)
	}
	first := slices.IndexFunc(s.X, func(x float64) bool { return x >= float64(sub.from) })
	if first < 0 || len(s.X)-first < 3 { // too few for a line
		return
	}
	l := fitLaw(s.X[first:], s.Y[first:])
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("%s: from %s = %g on, a power of it", sub.name, of.x, s.X[first]),
		Predicted: fmt.Sprintf("s = %g within %g, no point farther than %g times from the line", sub.slope, slopeTolerance, mostBend),
		Measured:  l.String(),
		RefutedBy: "another slope with its whole 95 % interval, or a point that is farther off",
		Verdict:   l.judge(sub.slope),
	})
}

// tabulate writes the medians, a row for each size.
func tabulate(p *study.Page, s sweep, f *study.Figure) {
	t := study.Table{Name: s.name, Title: s.y, Head: []string{s.x}}
	for _, x := range s.at {
		t.Rows = append(t.Rows, []string{fmt.Sprint(x)})
	}
	for _, series := range f.Series {
		t.Head = append(t.Head, series.Name)
		for i, x := range s.at {
			cell := "—"
			if at := slices.Index(series.X, float64(x)); at >= 0 {
				cell = fmt.Sprintf("%.4g", series.Y[at])
			}
			t.Rows[i] = append(t.Rows[i], cell)
		}
	}
	p.Tabulate(t)
}

// floors are what the machine could do at best, as lines of theory.
func (s sweep) floors(t *testing.T, m *machine) []study.Series {
	if s.floor == nil {
		return nil
	}
	reading := study.Series{Name: "floor: reading a row once", Theory: true}
	multiplying := study.Series{Name: "floor: multiply-adds", Theory: true}
	for _, x := range s.at {
		r, f := m.floors(t, s.floor(x))
		reading.X, reading.Y = append(reading.X, float64(x)), append(reading.Y, r)
		multiplying.X, multiplying.Y = append(multiplying.X, float64(x)), append(multiplying.Y, f)
	}
	return []study.Series{reading, multiplying}
}

// TestSeriesOf has the medians of each size, and a gap where nothing was measured.
func TestSeriesOf(t *testing.T) {
	s := seriesOf("a", 0, []int{1, 10, 100}, [][]float64{{3, 1, 2}, nil, {7, 9, 8}})
	if !slices.Equal(s.X, []float64{1, 100}) || !slices.Equal(s.Y, []float64{2, 8}) || !slices.Equal(s.Lo, []float64{1, 7}) || !slices.Equal(s.Hi, []float64{3, 9}) {
		t.Errorf("got %+v", s)
	}
}

// TestParseScale asks for all sweeps, for some, and for none that there is.
func TestParseScale(t *testing.T) {
	for asked, want := range map[string]int{"out": len(sweeps()), "out:runs": 1, "out:rows,batch": 2, "out:nothing": 0} {
		if dir, chosen := parseScale(asked, sweeps()); dir != "out" || len(chosen) != want {
			t.Errorf("%q asks for %d sweeps in %q, want %d", asked, len(chosen), dir, want)
		}
	}
	for _, s := range sweeps() {
		for _, sub := range s.subjects {
			if sub.from > s.at[len(s.at)-3] && sub.why == "" {
				t.Errorf("%s, %s: nothing is claimed, and nothing says why", s.name, sub.name)
			}
		}
	}
}
