package picture

import (
	"image/color"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// Paper is what a picture of a screen in a theme is drawn on and in: dark or light as the
// screen is, with its colours. Without colours there it is white.
func Paper(t *draw.Theme) *study.Paper {
	g := t.Ground()
	p := study.White()
	if g == draw.NoGround {
		return p
	}
	grey := func(v uint8) color.NRGBA { return color.NRGBA{v, v, v, 255} }
	switch g {
	case draw.Dark:
		p.Ground, p.Ink, p.Grey, p.Faint = grey(18), grey(222), grey(150), grey(48)
	case draw.Black:
		p.Ground, p.Ink, p.Grey, p.Faint = grey(0), grey(255), grey(190), grey(64)
	case draw.Light:
		p.Grey = grey(110)
	}
	for i, c := range draw.Palette {
		p.Curves[i] = study.RGB(g.On(c))
	}
	p.Bad = study.RGB(g.On(draw.ColourBad))
	return p
}
