package draw

import (
	"slices"
	"strconv"
	"strings"
)

// Ground is what a theme is to be read on.
type Ground int

// The grounds. None is where there are no colours to be read.
const (
	NoGround Ground = iota
	Dark
	Black // of the highest contrast
	Light
)

// Ground is what the theme is read on: of the default scheme, which is for either, what
// the terminal says that it is, and else dark.
func (t *Theme) Ground() Ground {
	switch {
	case t.Mono:
		return NoGround
	case t.Scheme == lightScheme, t.Scheme == DefaultScheme && t.light:
		return Light
	case t.Scheme == highContrast:
		return Black
	}
	return Dark
}

// On is the colour that is drawn for one of the default scheme on a ground, as an entry
// of the xterm-256 cube: each ground has a scheme that is legible there.
func (g Ground) On(c uint8) uint8 {
	name := [...]string{NoGround: DefaultScheme, Dark: DefaultScheme, Black: highContrast, Light: lightScheme}[g]
	i := slices.IndexFunc(Schemes, func(s Scheme) bool { return s.Name == name })
	return Schemes[i].colour(c)
}

// saysLight says whether a terminal says that its ground is light: some name the colours
// of text and ground, of sixteen, by their numbers.
func saysLight(environ []string) bool {
	said := Variable(environ, "COLORFGBG")
	n, err := strconv.Atoi(said[strings.LastIndexByte(said, ';')+1:])
	return err == nil && (n == 7 || n > 8 && n < 16)
}
