package draw

import (
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Colours are exact entries of the xterm-256 cube, so that tmux and old
// terminals show what was meant, and are legible on black and on white.
const (
	ColourDim    = 245
	ColourFaint  = 240
	ColourBorder = 240
	ColourFocus  = 74
	ColourBad    = 167
	ColourWarn   = 172
)

// Palette are the colours of curves, as entries of the xterm-256 cube. They
// stay apart for colour-blind eyes: they follow Okabe and Ito's set and differ
// in lightness where they do not in hue. From the ninth on they begin again.
var Palette = [...]uint8{33, 208, 36, 175, 186, 80, 160, 98}

// faintColours are those of what is drawn beneath a curve: what it was smoothed
// from, its mini-batch losses, its band.
var faintColours = [len(Palette)]uint8{24, 94, 23, 96, 58, 30, 88, 54}

// LineStyle is the characters of which a curve is drawn: it tells curves apart
// without colour. Cap is its end.
type LineStyle struct {
	Flat, Upright                             string
	DownRight, DownLeft, UpRight, UpLeft, Cap string
	Dash                                      uint8 // where it is drawn in dots: which of eight in a row are
}

func uniform(s string, dash uint8) LineStyle { return LineStyle{s, s, s, s, s, s, s, dash} }

func rounded(flat, upright string, dash uint8) LineStyle {
	return LineStyle{flat, upright, "╭", "╮", "╰", "╯", flat, dash}
}

func heavy(flat, upright string, dash uint8) LineStyle {
	return LineStyle{flat, upright, "┏", "┓", "┗", "┛", flat, dash}
}

// The dashes of the line styles, in their order.
var dashes = [...]uint8{0b11111111, 0b11101110, 0b01111111, 0b10101010, 0b11110110, 0b11001100, 0b11111100, 0b11111010}

var boxStyles = []LineStyle{
	rounded("─", "│", dashes[0]),
	rounded("┄", "┆", dashes[1]),
	{"═", "║", "╔", "╗", "╚", "╝", "═", dashes[2]},
	uniform("·", dashes[3]),
	heavy("━", "┃", dashes[4]),
	uniform("∘", dashes[5]),
	heavy("╍", "╏", dashes[6]),
	uniform("×", dashes[7]),
}

var plainStyles = plain("-~=.#o*%")

// letters are the styles from the ninth on where there is no colour to tell them
// apart.
var letters = plain("abcdefghijklmnpqrstuwyz")

// plain are styles of one character each.
func plain(chars string) []LineStyle {
	out := make([]LineStyle, len(chars))
	for i := range chars {
		out[i] = uniform(chars[i:i+1], dashes[i%len(dashes)])
	}
	return out
}

// Ink is a style as the bytes before and after a text.
type Ink struct{ On, Off string }

// Theme is everything that decides how the screen looks but not what is on it.
type Theme struct {
	ASCII, Mono bool
	Styles      []LineStyle
	Member      LineStyle // of one curve among several that are drawn as their median
	Shade       rune      // of the band about a median
	Theory      LineStyle // of what is predicted
	dots        []rune    // the signs of points

	Text, Strong, Dim, Faint, Border, Focus, Bad, Warn, Chosen Ink

	Code [256]Ink // of the colours used in charts
	Bold [256]Ink // the same for what stands out

	Scheme     string // the name of the one that its colours are of
	light      bool   // the terminal is known to be light
	renderer   *lipgloss.Renderer
	colourless bool // whatever the scheme
}

// NewTheme makes the theme of one program. The renderer never asks the
// terminal for its background: the colours do not depend on it.
func NewTheme(out io.Writer, ascii, mono bool) *Theme {
	r := lipgloss.NewRenderer(out)
	r.SetHasDarkBackground(true)
	return ThemeOf(r, ascii, mono)
}

// NewLocalTheme is the same for a terminal that is here, by its environment.
func NewLocalTheme(out io.Writer, environ []string, ascii, mono bool) *Theme {
	r := lipgloss.NewRenderer(out, termenv.WithEnvironment(environment(environ)))
	r.SetHasDarkBackground(true)
	t := ThemeOf(r, ascii, mono)
	t.light = saysLight(environ)
	return t
}

// NewRemoteTheme is the same for a terminal that is far away, by its environment.
func NewRemoteTheme(out io.Writer, environ []string, ascii, mono bool) *Theme {
	env := environment(environ)
	mono = mono || env.Getenv(noColour) != ""
	env = slices.DeleteFunc(slices.Clone(env), func(s string) bool { return strings.HasPrefix(s, noColour+"=") })
	r := lipgloss.NewRenderer(out, termenv.WithEnvironment(env), termenv.WithUnsafe())
	r.SetHasDarkBackground(true)
	t := ThemeOf(r, ascii, mono)
	t.light = saysLight(environ)
	return t
}

// noColour is the variable that asks for no colours; what is bold stays.
const noColour = "NO_COLOR"

// environment is one that is not the process's own.
type environment []string

// Environ is the whole.
func (e environment) Environ() []string { return e }

// Getenv is the variable of a name; "" if there is none. Of several the last counts.
func (e environment) Getenv(name string) string {
	value := Variable(e, name)
	if name == "TERM" {
		return inColour(value)
	}
	return value
}

// Variable is that of a name in an environment; "" if there is none. Of several the
// last counts.
func Variable(environ []string, name string) string {
	value := ""
	for _, s := range environ {
		if v, ok := strings.CutPrefix(s, name+"="); ok {
			value = v
		}
	}
	return value
}

// coloured are terminals that have eight colours at least, which their names do not
// say; termenv would give them none.
var coloured = []string{"screen", "tmux", "rxvt", "konsole", "putty", "cygwin", "mlterm", "gnome", "st", "foot", "eterm", "xterm"}

// inColour is the name of a terminal, with its colours in it where it has some.
func inColour(term string) string {
	family := term[:max(0, strings.IndexAny(term+"-", "-."))]
	switch {
	case term == "xterm-kitty", term == "xterm-ghostty", strings.Contains(term, "color"), strings.HasSuffix(term, "-m"), strings.HasSuffix(term, "-mono"):
		return term
	case slices.Contains(coloured, family) && term != "xterm":
		return term + "-color"
	}
	return term
}

// ThemeOf makes a theme for what a renderer can show.
func ThemeOf(r *lipgloss.Renderer, ascii, mono bool) *Theme {
	t := &Theme{
		renderer: r, colourless: mono, ASCII: ascii, Member: uniform("•", dashes[3]), Shade: '░',
		Theory: rounded("┈", "┊", dashes[1]), dots: []rune("●■▲◆○□△◇"),
	}
	if ascii {
		t.Member, t.Shade = uniform("+", dashes[3]), ','
		t.Theory, t.dots = uniform("'", dashes[1]), []rune("O#A@*%^&")
	}
	t.Wear(DefaultScheme)
	return t
}

// inkOf takes a style apart into what it writes before and after a text.
func inkOf(s lipgloss.Style) Ink {
	on, off, _ := strings.Cut(s.Render("x"), "x")
	return Ink{on, off}
}

// Paint puts text in an ink.
func (k Ink) Paint(s string) string {
	if k.On == "" || s == "" {
		return s
	}
	return k.On + s + k.Off
}

// Brush is how one curve, and all that belongs to it, is drawn everywhere.
type Brush struct {
	Colour, Faint uint8
	Ink           Ink
	LineStyle
}

// Brush is the brush of a curve. It follows from the curve's identity, so that
// colours never move; from the ninth on, colours meet other line styles, and where
// there is no colour, the styles go on.
func (t *Theme) Brush(id int) Brush {
	id = max(id, 0)
	i := id % len(Palette)
	b := Brush{Palette[i], faintColours[i], t.Code[Palette[i]], t.Styles[id%len(t.Styles)]}
	if again := id / len(Palette); !t.Mono { // dots of one colour are dashed only to tell them from others of it
		b.LineStyle = t.Styles[(id+again)%len(t.Styles)]
		b.Dash = dashes[again%len(dashes)]
	}
	return b
}

// Dot is the sign of a point of a curve. As the line styles do, it tells curves
// apart without colour.
func (t *Theme) Dot(id int) rune {
	id = max(id, 0)
	return t.dots[(id+id/len(Palette))%len(t.dots)]
}

// Quiet is the ink of what is not known, else another.
func (t *Theme) Quiet(s string, k Ink) Ink {
	if s == Unknown {
		return t.Faint
	}
	return k
}
