package tui

import (
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"optwatch/train/study"
)

// Colours are exact entries of the xterm-256 cube, so that tmux and old
// terminals show what was meant, and are legible on black and on white.
const (
	colDim    = 245
	colFaint  = 240
	colBorder = 240
	colFocus  = 74
	colBad    = 167
	colWarn   = 172
)

// runColours and faintColours are those of the runs' curves and of their
// mini-batch losses.
var (
	runColours   = study.Palette
	faintColours = [len(runColours)]uint8{24, 94, 23, 96, 58, 30, 88, 54}
)

// lineStyle is how a run's curve is drawn, so that it reads without colour.
type lineStyle struct {
	flat, upright                            string
	downRight, downLeft, upRight, upLeft, at string
}

func uniform(s string) lineStyle { return lineStyle{s, s, s, s, s, s, s} }

func rounded(flat, upright string) lineStyle {
	return lineStyle{flat, upright, "╭", "╮", "╰", "╯", flat}
}

var boxStyles = []lineStyle{
	rounded("─", "│"),
	rounded("┄", "┆"),
	{"═", "║", "╔", "╗", "╚", "╝", "═"},
	uniform("·"),
	{"━", "┃", "┏", "┓", "┗", "┛", "━"},
	uniform("∘"),
	{"╍", "╏", "┏", "┓", "┗", "┛", "╍"},
	uniform("×"),
}

var plainStyles = []lineStyle{
	uniform("-"), uniform("~"), uniform("="), uniform("."), uniform("#"), uniform("o"), uniform("*"), uniform("%"),
}

// ink is a style as the bytes before and after a text.
type ink struct{ on, off string }

// theme is everything that decides how the screen looks but not what is on it.
type theme struct {
	ascii, mono bool
	styles      []lineStyle
	member      lineStyle // of one run among several that are drawn as their median
	shade       rune      // of the band about a median
	theory      lineStyle // of what is predicted
	dots        []rune    // the signs of points

	text, strong, dim, faint, border, focus, bad, warn, chosen ink

	code [256]ink // of the colours used in charts
}

// newTheme makes the theme of one program. The renderer never asks the
// terminal for its background: the colours do not depend on it.
func newTheme(out io.Writer, ascii, mono bool) *theme {
	r := lipgloss.NewRenderer(out)
	r.SetHasDarkBackground(true)
	return themeOf(r, ascii, mono)
}

func themeOf(r *lipgloss.Renderer, ascii, mono bool) *theme {
	t := &theme{ascii: ascii, mono: mono, styles: boxStyles, member: uniform("•"), shade: '░', theory: rounded("┈", "┊"), dots: []rune("●■▲◆○□△◇")}
	if ascii {
		t.styles, t.member, t.shade = plainStyles, uniform("+"), ','
		t.theory, t.dots = uniform("'"), []rune("O#A@*%^&")
	}
	plain := r.NewStyle()
	colour := func(s lipgloss.Style, c uint8) lipgloss.Style {
		if mono {
			return s
		}
		return s.Foreground(lipgloss.Color(strconv.Itoa(int(c))))
	}
	t.strong = inkOf(plain.Bold(true))
	t.dim = inkOf(colour(plain, colDim))
	t.faint = inkOf(colour(plain, colFaint))
	t.border = inkOf(colour(plain, colBorder))
	t.focus = inkOf(colour(plain, colFocus))
	t.bad = inkOf(colour(plain, colBad))
	t.warn = inkOf(colour(plain, colWarn))
	t.chosen = inkOf(plain.Reverse(true))
	// A terminal without colours gives inks that write nothing.
	t.mono = mono || t.dim.on == ""
	if !t.mono {
		for _, set := range [][]uint8{{colDim, colFaint, colFocus, colBad, colWarn}, runColours[:], faintColours[:]} {
			for _, c := range set {
				t.code[c] = inkOf(colour(plain, c))
			}
		}
	}
	return t
}

// inkOf takes a style apart into what it writes before and after a text.
func inkOf(s lipgloss.Style) ink {
	on, off, _ := strings.Cut(s.Render("x"), "x")
	return ink{on, off}
}

// paint puts text in an ink.
func (k ink) paint(s string) string {
	if k.on == "" || s == "" {
		return s
	}
	return k.on + s + k.off
}

// brush is how one run is drawn everywhere.
type brush struct {
	colour, faint uint8
	ink           ink
	lineStyle
}

// run is the brush of a run. It follows from the run's identity, so that
// colours never move; from the ninth run on, colours meet other line styles.
func (t *theme) run(id int) brush {
	id = max(id, 0)
	i := id % len(runColours)
	return brush{runColours[i], faintColours[i], t.code[runColours[i]], t.styles[(id+id/len(runColours))%len(t.styles)]}
}

// dot is the sign of a point of a run. As the line styles do, it tells runs
// apart without colour.
func (t *theme) dot(id int) rune {
	id = max(id, 0)
	return t.dots[(id+id/len(runColours))%len(t.dots)]
}
