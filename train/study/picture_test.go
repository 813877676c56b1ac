package study

import (
	"bytes"
	"encoding/xml"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The entries of the xterm-256 cube have levels 0, 95, 135, 175, 215, 255:
// https://en.wikipedia.org/wiki/ANSI_escape_code#8-bit.
func TestRGB(t *testing.T) {
	for entry, want := range map[uint8]color.NRGBA{
		16: {0, 0, 0, 255}, 33: {0, 135, 255, 255}, 208: {255, 135, 0, 255}, 231: {255, 255, 255, 255}, 232: {8, 8, 8, 255}, 255: {238, 238, 238, 255},
	} {
		if got := RGB(entry); got != want {
			t.Errorf("RGB(%d) is %v, want %v", entry, got, want)
		}
	}
}

// Every figure draws, whatever is in it, and twice the same.
func TestPictures(t *testing.T) {
	for _, f := range figures() {
		var one, two, svg, svg2 bytes.Buffer
		for _, err := range []error{f.WritePNG(&one), f.WritePNG(&two), f.WriteSVG(&svg), f.WriteSVG(&svg2)} {
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) || !bytes.Equal(svg.Bytes(), svg2.Bytes()) {
			t.Errorf("%s: equal figures give other bytes", f.Name)
		}
		img, err := png.Decode(&one)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if got := img.Bounds().Size(); got.X != 1152 || got.Y != 720 {
			t.Errorf("%s: the picture has %v pixels", f.Name, got)
		}
		d := xml.NewDecoder(&svg)
		for err == nil {
			_, err = d.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// Pictures have the names of series, lines and axes, and the screen's colours.
func TestPictureSays(t *testing.T) {
	var svg bytes.Buffer
	f := figures()[0]
	if err := f.WriteSVG(&svg); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		">gradient evaluations<", ">f − f*<", ">sgd:lr=0.1,batch=64<", ">floor of Adam<", ">one pass<", ">1k<", ">1e-6<",
		"#0087FF", "#FF8700", "#00AF87", "fill-opacity:0.1", "stroke-dasharray",
	} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("the picture lacks %s", want)
		}
	}
}

func TestSpans(t *testing.T) {
	nan := math.NaN()
	f := Figure{
		X: Axis{Log: true},
		Series: []Series{
			{X: []float64{0, 10, 100, 1000}, Y: []float64{-9, 2, 3, 1e300}, Lo: []float64{-99, 1, nan, 2}, Hi: []float64{99, 4, 5, 6}},
		},
		Lines: []Line{{At: 7}, {At: 0, Vertical: true}, {At: nan}},
	}
	x, y := f.Spans()
	if want := (Span{1, 3}); x != want {
		t.Errorf("x spans %v, want %v", x, want)
	}
	if want := (Span{1, 7}); y != want {
		t.Errorf("y spans %v, want %v: what has no place on the x-axis counts for nothing", y, want)
	}
	var none Figure
	if x, y := none.Spans(); !x.Empty() || !y.Empty() {
		t.Error("a figure without points spans something")
	}
}

func TestTicks(t *testing.T) {
	for _, test := range []struct {
		log    bool
		lo, hi float64
		want   string
	}{
		{false, 0, 1, "0 0.2 0.4 0.6 0.8 1.0"},
		{false, -1, 1, "−1.0 −0.5 0 0.5 1.0"},
		{false, 0, 950_000, "0 200k 400k 600k 800k"},
		{false, 0, 3e-5, "0 1e-5 2e-5 3e-5"},
		{false, 92, 92.5, "92.0 92.1 92.2 92.3 92.4 92.5"},
		{true, 0, 2, "1 2 5 10 20 50 100"},
		{true, -4, 1, "1e-4 1e-3 0.01 0.1 1 10"},
		{true, -12, 0, "1e-12 1e-9 1e-6 1e-3 1"},
		{true, 3, 7, "1k 10k 100k 1M 10M"},
	} {
		var got []string
		for _, k := range (ticker{test.log, 5}).Ticks(test.lo, test.hi) {
			if k.Label != "" {
				got = append(got, k.Label)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("from %g to %g, log %v: %q, want %q", test.lo, test.hi, test.log, got, test.want)
		}
	}
}

// Names beside the plot never cover each other.
func TestApart(t *testing.T) {
	names := apart([]beside{{50, []string{"a", "b"}}, {51, []string{"c"}}, {52, []string{"d"}}, {99, []string{"e"}}, {98, []string{"f"}}}, 0, 100)
	for i := 1; i < len(names); i++ {
		if gap := names[i].at - names[i-1].at - (names[i].height()+names[i-1].height())/2; gap < -1e-9 {
			t.Errorf("%v and %v overlap by %v", names[i-1], names[i], -gap)
		}
	}
	if last := names[len(names)-1]; last.at+last.height()/2 > 100 {
		t.Errorf("%v stands over the top", last)
	}
}

// Theory is grey beside what was measured, and in its own colours by itself.
func TestTheory(t *testing.T) {
	for _, measured := range []bool{true, false} {
		f := Figure{Series: []Series{{Name: "p", Slot: 1, X: []float64{1, 2}, Y: []float64{1, 2}, Theory: true}}}
		want := "#FF8700"
		if measured {
			f.Series = append(f.Series, Series{Name: "m", X: []float64{1, 2}, Y: []float64{2, 1}})
			want = "#0087FF"
		}
		var svg bytes.Buffer
		if err := f.WriteSVG(&svg); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(svg.String(), want) || measured && strings.Contains(svg.String(), "#FF8700") {
			t.Errorf("measured %v: the colours are others than %s", measured, want)
		}
	}
}

// Names over the plot share a row where they cover neither each other nor leave
// the picture.
func TestTopNames(t *testing.T) {
	canvas := func() draw.Canvas { return draw.New(vgsvg.New(pictureWidth, pictureHeight)) }
	for _, test := range []struct {
		at   []float64
		rows int
	}{{nil, 0}, {[]float64{10}, 1}, {[]float64{10, 1e6}, 1}, {[]float64{10, 11}, 2}, {[]float64{10, 11, 12, 1e6}, 3}} {
		f := figures()[0]
		f.Lines = nil
		for _, at := range test.at {
			f.Lines = append(f.Lines, Line{Name: "a name of some length", At: 64 * at, Vertical: true})
		}
		p, _ := f.plot()
		c := canvas()
		names, rows := f.topNames(c, p.DataCanvas(c), p)
		if rows != test.rows || len(names) != len(test.at) {
			t.Errorf("lines at %v have %d names in %d rows, want %d", test.at, len(names), rows, test.rows)
		}
		for _, n := range names {
			if n.left < c.Min.X || n.to > c.Max.X {
				t.Errorf("%q stands outside of the picture", n.name)
			}
		}
	}
}

// Categories are bars side by side from 0, and every one has its name.
func TestCategoriesAreBars(t *testing.T) {
	f := Figure{
		Title: "by class", X: Axis{Label: "class"}, Y: Axis{Label: "accuracy %"}, Categories: []string{"zero", "one", "two"},
		Series: []Series{
			{Name: "a", X: []float64{0, 1, 2}, Y: []float64{90, 91, 92}, Lo: []float64{80, 81, 82}, Hi: []float64{95, 96, 97}},
			{Name: "b", Slot: 1, X: []float64{0, 1, 2}, Y: []float64{70, math.NaN(), 72}},
		},
	}
	if x, y := f.Spans(); x != (Span{-0.5, 2.5}) || y.Lo != 0 || y.Hi != 97 {
		t.Errorf("the axes span %v and %v, want all of each category, and from 0 to the end of the band", x, y)
	}
	a, width := f.BarAt(0, 1)
	b, _ := f.BarAt(1, 1)
	if math.Abs((a+b)/2-1) > 1e-12 || math.Abs(b-a-width) > 1e-12 || 2*width >= 1 {
		t.Errorf("the bars of category 1 stand at %g and %g, each %g wide", a, b, width)
	}
	var svg bytes.Buffer
	if err := f.WriteSVG(&svg); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">zero<", ">one<", ">two<"} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("the picture lacks %s", want)
		}
	}
}
