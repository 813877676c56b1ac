package picture

import (
	"bytes"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// themed is a theme in colours under a scheme.
func themed(scheme string) *draw.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI256)
	t := draw.ThemeOf(r, false, false)
	t.Wear(scheme)
	return t
}

// contrast is the ratio of two colours' luminances as WCAG 2.1 has it, section
// "contrast ratio".
func contrast(a, b color.NRGBA) float64 {
	luminance := func(c color.NRGBA) float64 {
		linear := func(v uint8) float64 {
			s := float64(v) / 255
			if s <= 0.04045 {
				return s / 12.92
			}
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	}
	hi, lo := luminance(a), luminance(b)
	return (max(hi, lo) + 0.05) / (min(hi, lo) + 0.05)
}

// A picture is as dark or light as the screen is, and legible: texts by WCAG's 4.5 for
// text, curves and signs by its 3 for graphics.
func TestPaperFollowsTheTheme(t *testing.T) {
	for _, test := range []struct {
		scheme string
		dark   bool
	}{{"default", true}, {"high-contrast", true}, {"light", false}} {
		p := Paper(themed(test.scheme))
		if dark := p.Ground.R < 128; dark != test.dark {
			t.Errorf("%s is on paper %v", test.scheme, p.Ground)
		}
		for name, c := range map[string]color.NRGBA{"ink": p.Ink, "grey": p.Grey} {
			if got := contrast(c, p.Ground); got < 4.5 {
				t.Errorf("%s: %s has a contrast of %.1f", test.scheme, name, got)
			}
		}
		for i, c := range append(p.Curves[:], p.Bad) {
			if got := contrast(c, p.Ground); got < 3 {
				t.Errorf("%s: curve %d has a contrast of %.1f", test.scheme, i, got)
			}
		}
	}
	if got, want := *Paper(themed("none")), *study.White(); got != want {
		t.Errorf("without colours the paper is %v", got)
	}
	if Paper(themed("high-contrast")).Curves == Paper(themed("default")).Curves {
		t.Error("the colours of the theme are not those of the picture")
	}
}

// The default theme, which serves either, goes by what the terminal says of itself.
func TestPaperOfALightTerminal(t *testing.T) {
	for said, dark := range map[string]bool{"0;15": false, "0;default;15": false, "15;0": true, "": true, "x;y": true, "0;7": false, "7;8": true} {
		theme := draw.NewRemoteTheme(io.Discard, []string{"TERM=xterm-256color", "COLORFGBG=" + said}, false, false)
		if got := Paper(theme).Ground.R < 128; got != dark {
			t.Errorf("COLORFGBG=%q gives paper that is dark: %t", said, got)
		}
	}
}

// The paper reaches both kinds of files, from edge to edge.
func TestPaperIsDrawn(t *testing.T) {
	f := &study.Figure{Title: "loss", Series: []study.Series{{Name: "sgd", X: []float64{0, 1}, Y: []float64{1, 2}}}, Paper: Paper(themed("default")), Lines: []study.Line{{Name: "optimum", At: 1.5}}, Marks: []study.Mark{{Name: "restart", Sign: '○', X: 0.5, Y: 1.5}}}
	var out bytes.Buffer
	if err := f.WritePNG(&out); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&out)
	if err != nil {
		t.Fatal(err)
	}
	for x := range img.Bounds().Dx() {
		for y := range img.Bounds().Dy() {
			if r, g, b, _ := img.At(x, y).RGBA(); r>>8 > 250 && g>>8 > 250 && b>>8 > 250 {
				t.Fatalf("white at %d, %d of a dark picture", x, y)
			}
		}
	}
	if err := f.WriteSVG(&out); err != nil || !strings.Contains(out.String(), "#121212") || strings.Contains(strings.ToUpper(out.String()), "#FFFFFF") {
		t.Errorf("the SVG is not on dark paper: %v", err)
	}
}
