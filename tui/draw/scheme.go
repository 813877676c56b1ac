package draw

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// Scheme is a set of colours under a name. Everywhere else a colour is called by
// what it is in the default scheme: only here is it known what another draws for it.
type Scheme struct {
	Name  string
	About string
	shown map[uint8]uint8 // instead of the default scheme's; nil for the same
	mono  bool
}

// DefaultScheme is the one that a theme begins with.
const DefaultScheme = "default"

const highContrast, lightScheme = "high-contrast", "light"

// Schemes are those that there are, in the order in which they are gone through.
// The eight colours of curves stay apart for colour-blind eyes in all of them, and
// the hues keep their order, so that a run is recognised after a change.
var Schemes = []Scheme{
	{Name: DefaultScheme, About: "legible on dark and light, and for colour-blind eyes"},
	{Name: highContrast, About: "bright on a dark terminal", shown: shownFor(
		[...]uint8{252, 248, 87, 210, 220},
		[len(Palette)]uint8{110, 179, 85, 205, 227, 159, 174, 141},
		[len(Palette)]uint8{67, 136, 29, 132, 143, 73, 131, 98},
	)},
	{Name: lightScheme, About: "dark on a light terminal", shown: shownFor(
		[...]uint8{239, 243, 25, 124, 130},
		[len(Palette)]uint8{26, 202, 29, 169, 58, 23, 52, 56},
		[len(Palette)]uint8{110, 216, 115, 182, 144, 109, 138, 140},
	)},
	{Name: "none", About: "no colours: lines and signs tell runs apart", mono: true},
}

// shownFor is a scheme by its colours for what is dim, faint or a border, focused,
// bad and a warning, and for the curves and what lies faint beneath them.
func shownFor(signs [5]uint8, curves, faint [len(Palette)]uint8) map[uint8]uint8 {
	shown := map[uint8]uint8{}
	for i, c := range [...]uint8{ColourDim, ColourFaint, ColourFocus, ColourBad, ColourWarn} {
		shown[c] = signs[i]
	}
	for i := range Palette {
		shown[Palette[i]], shown[faintColours[i]] = curves[i], faint[i]
	}
	return shown
}

// SchemeNames are the names of all schemes.
func SchemeNames() []string {
	names := make([]string, len(Schemes))
	for i, s := range Schemes {
		names[i] = s.Name
	}
	return names
}

// colour is what the scheme draws for a colour of the default one.
func (s *Scheme) colour(c uint8) uint8 {
	if other, ok := s.shown[c]; ok {
		return other
	}
	return c
}

// Wear changes the colours of a theme to those of the scheme with a name, and says
// whether there is one. Whoever has the theme draws with them from then on; what was
// drawn before is told by Scheme.
func (t *Theme) Wear(name string) bool {
	i := slices.IndexFunc(Schemes, func(s Scheme) bool { return s.Name == name })
	if i < 0 {
		return false
	}
	scheme := &Schemes[i]
	t.Scheme = name
	plain := t.renderer.NewStyle()
	in := func(s lipgloss.Style, c uint8) Ink {
		if t.colourless || scheme.mono {
			return inkOf(s)
		}
		return inkOf(s.Foreground(lipgloss.Color(strconv.Itoa(int(scheme.colour(c))))))
	}
	colour := func(c uint8) Ink { return in(plain, c) }
	t.Strong, t.Chosen = inkOf(plain.Bold(true)), inkOf(plain.Reverse(true))
	t.Dim, t.Faint, t.Border = colour(ColourDim), colour(ColourFaint), colour(ColourBorder)
	t.Focus, t.Bad, t.Warn = colour(ColourFocus), colour(ColourBad), colour(ColourWarn)
	t.Mono = t.Dim.On == "" // a terminal without colours gives inks that write nothing
	t.Code = [256]Ink{}
	for c := range t.Bold {
		t.Bold[c] = t.Strong
	}
	t.Styles = boxStyles
	if t.ASCII {
		t.Styles = plainStyles
	}
	if t.Mono {
		t.Styles = slices.Concat(t.Styles, letters)
	} else {
		for _, set := range [][]uint8{{ColourDim, ColourFaint, ColourFocus, ColourBad, ColourWarn}, Palette[:], faintColours[:]} {
			for _, c := range set {
				t.Code[c], t.Bold[c] = colour(c), in(plain.Bold(true), c)
			}
		}
	}
	return true
}

// Colourless says whether no scheme can give the theme any colour: the terminal has
// none, or nobody wants them.
func (t *Theme) Colourless() bool {
	return t.colourless || !strings.Contains(t.renderer.NewStyle().Foreground(lipgloss.Color("33")).Render("x"), "\x1b")
}

// WearNext changes the colours to those of the next scheme, and says which it is.
func (t *Theme) WearNext() Scheme {
	i := slices.IndexFunc(Schemes, func(s Scheme) bool { return s.Name == t.Scheme })
	next := Schemes[(i+1)%len(Schemes)]
	t.Wear(next.Name)
	return next
}
