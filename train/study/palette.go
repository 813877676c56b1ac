package study

import "image/color"

// Palette are the colours of the runs, on the screen and in pictures, as
// entries of the xterm-256 cube. They stay apart for colour-blind eyes: they
// follow Okabe and Ito's set and differ in lightness where they do not in hue.
// From the ninth on they begin again.
var Palette = [...]uint8{33, 208, 36, 175, 186, 80, 160, 98}

// RGB is the colour of an entry of the xterm-256 cube (16 … 231) or of its
// greys (232 … 255).
func RGB(entry uint8) color.NRGBA {
	if entry >= 232 {
		v := 8 + 10*(entry-232)
		return color.NRGBA{v, v, v, 255}
	}
	level := func(v uint8) uint8 {
		if v == 0 {
			return 0
		}
		return 55 + 40*v
	}
	n := max(entry, 16) - 16
	return color.NRGBA{level(n / 36), level(n / 6 % 6), level(n % 6), 255}
}
