package draw

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"optwatch/train/study"
)

// linear are the three channels of an entry of the 256 in linear light (IEC 61966-2-1).
func linear(c color.NRGBA) [3]float64 {
	var out [3]float64
	for i, v := range [...]uint8{c.R, c.G, c.B} {
		u := float64(v) / 255
		if out[i] = u / 12.92; u > 0.04045 {
			out[i] = math.Pow((u+0.055)/1.055, 2.4)
		}
	}
	return out
}

// contrast is that of WCAG 2.1, 1.4.3: from 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	light := func(c color.NRGBA) float64 {
		l := linear(c)
		return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2] + 0.05
	}
	return math.Max(light(a)/light(b), light(b)/light(a))
}

// The matrices of a complete lack of one kind of cone in linear light: Machado,
// Oliveira and Fernandes, "A physiologically-based model for simulation of color
// vision deficiency", IEEE TVCG 15 (2009), severity 1.0.
var eyes = map[string][3][3]float64{
	"usual":        {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// lab are the CIE 1976 coordinates of a colour (D65) as some eyes see it.
func lab(c color.NRGBA, eye [3][3]float64) [3]float64 {
	from, l := linear(c), [3]float64{}
	for i := range l {
		for k := range from {
			l[i] += eye[i][k] * from[k]
		}
		l[i] = min(max(l[i], 0), 1)
	}
	f := func(t float64) float64 {
		if t > 216./24389 {
			return math.Cbrt(t)
		}
		return (24389./27*t + 16) / 116
	}
	x := f((0.4124564*l[0] + 0.3575761*l[1] + 0.1804375*l[2]) / 0.95047)
	y := f(0.2126729*l[0] + 0.7151522*l[1] + 0.0721750*l[2])
	z := f((0.0193339*l[0] + 0.1191920*l[1] + 0.9503041*l[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// closest are the two curves of a scheme that eyes tell apart least, and how far
// they lie apart (CIE76).
func closest(s *Scheme, eye [3][3]float64) (pair string, least float64) {
	least = math.Inf(1)
	for i, a := range Palette {
		for _, b := range Palette[:i] {
			p, q := lab(study.RGB(s.colour(a)), eye), lab(study.RGB(s.colour(b)), eye)
			if d := math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2])); d < least {
				pair, least = fmt.Sprintf("%d and %d", s.colour(b), s.colour(a)), d
			}
		}
	}
	return pair, least
}

// Every scheme is legible on the terminals that it is for, and its curves stay apart
// for all eyes. A difference of 2.3 can just be seen.
func TestSchemesAreLegible(t *testing.T) {
	black, white := color.NRGBA{A: 255}, color.NRGBA{255, 255, 255, 255}
	for name, want := range map[string]struct {
		on                  []color.NRGBA
		curves, dim, others float64
	}{
		DefaultScheme:   {[]color.NRGBA{black, white}, 1.5, 3, 2},
		"high-contrast": {[]color.NRGBA{black}, 7, 10, 7},
		"light":         {[]color.NRGBA{white}, 3, 7, 4.5},
	} {
		s := schemeNamed(t, name)
		check := func(what string, c uint8, least float64) {
			for _, ground := range want.on {
				if got := contrast(study.RGB(s.colour(c)), ground); got < least {
					t.Errorf("%s: %s, %d, has a contrast of %.1f on %v, want %.1f", name, what, s.colour(c), got, ground, least)
				}
			}
		}
		for _, c := range Palette {
			check("a curve", c, want.curves)
		}
		check("what is dim", ColourDim, want.dim)
		for _, c := range []uint8{ColourFaint, ColourFocus, ColourBad, ColourWarn} {
			check("a sign", c, want.others)
		}
		for kind, eye := range eyes {
			if pair, d := closest(s, eye); d < 10 {
				t.Errorf("%s: %s are %.1f apart with %s", name, pair, d, kind)
			}
		}
	}
}

func schemeNamed(t *testing.T, name string) *Scheme {
	t.Helper()
	for i := range Schemes {
		if Schemes[i].Name == name {
			return &Schemes[i]
		}
	}
	t.Fatalf("there is no scheme %q", name)
	return nil
}

// A theme changes its colours, and back, and knows no others. Text that is bold or
// chosen stays so without colours.
func TestWear(t *testing.T) {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI256)
	th := ThemeOf(r, false, false)
	code := func() string { return th.Brush(0).Ink.Paint("x") }
	if th.Scheme != DefaultScheme || code() != "\x1b[38;5;33mx\x1b[0m" || th.Colourless() {
		t.Fatalf("it begins with %s: %q", th.Scheme, code())
	}
	before := *th
	if th.Wear("pink") || th.Scheme != DefaultScheme {
		t.Error("it wears what there is not")
	}
	for _, want := range []struct {
		name, code string
		mono       bool
	}{{"high-contrast", "\x1b[38;5;110mx\x1b[0m", false}, {"light", "\x1b[38;5;26mx\x1b[0m", false}, {"none", "x", true}, {DefaultScheme, "\x1b[38;5;33mx\x1b[0m", false}} {
		if next := th.WearNext(); next.Name != want.name || th.Scheme != want.name || code() != want.code || th.Mono != want.mono {
			t.Errorf("%s after that: %q, mono %t; want %+v", th.Scheme, code(), th.Mono, want)
		}
		if th.Strong.On == "" || th.Chosen.On == "" {
			t.Errorf("%s: neither bold nor reversed", want.name)
		}
	}
	if th.Dim != before.Dim || th.Code != before.Code || th.Bad != before.Bad {
		t.Error("back again it is another")
	}
	for _, plain := range []*Theme{NewTheme(io.Discard, false, false), ThemeOf(r, false, true)} {
		if plain.Wear("light"); !plain.Colourless() || !plain.Mono || strings.Contains(plain.Bad.Paint("x"), "38;") {
			t.Error("a scheme brings colours where there are none")
		}
	}
}
