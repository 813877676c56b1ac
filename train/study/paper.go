package study

import "image/color"

// Paper is what a picture is drawn on and in: its colours but for the shapes of lines.
type Paper struct {
	Ground           color.NRGBA
	Ink, Grey, Faint color.NRGBA // of texts, of what is beside the curves, of the lines at the labels
	Curves           [len(Palette)]color.NRGBA
	Bad              color.NRGBA // of bad news
}

// White is white paper with the colours of the default palette.
func White() *Paper {
	p := &Paper{
		Ground: color.NRGBA{255, 255, 255, 255},
		Ink:    color.NRGBA{40, 40, 40, 255}, Grey: color.NRGBA{120, 120, 120, 255}, Faint: color.NRGBA{228, 228, 228, 255},
		Bad: RGB(bad),
	}
	for i, entry := range Palette {
		p.Curves[i] = RGB(entry)
	}
	return p
}

// bad is the colour of bad news in the default palette.
const bad = 167

var white = White()

// paper is that of the figure.
func (f *Figure) paper() *Paper {
	if f.Paper == nil {
		return white
	}
	return f.Paper
}

// colour is that of the curve with a number.
func (p *Paper) colour(slot int) color.NRGBA { return p.Curves[max(slot, 0)%len(p.Curves)] }
