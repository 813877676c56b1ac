package draw

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// substitutes are what is printed for a character where only ASCII may be.
// Each is one column wide, as the character is. A cut is no full stop: it looks
// like one of the short names that DOS made. ≤ and ≥ are <= and >= where a blank
// follows, whose column they take: "≤ 3e-13" is "<=3e-13", as < would say something else.
var substitutes = map[rune]byte{
	'─': '-', '│': '|', '╭': '+', '╮': '+', '╰': '+', '╯': '+', '┤': '|', '┼': '+', '└': '+', '┬': '+', '┊': ':', '┈': '.',
	'—': '-', '–': '-', '−': '-', '·': '.', '…': '~', '×': 'x', '÷': '/', '→': '>', '←': '<', '↑': '^', '↓': 'v', '≤': '<', '≈': '~', '≠': '!',
	'▶': '>', '‖': '"', '✓': '*', '✗': 'x', '■': '#', '▸': '>', '◆': '@', '◇': '!', '○': 'o', '▾': 'v', '▴': '^', '█': '#', '░': '.', '▏': '_',
	'λ': 'l', 'α': 'a', 'μ': 'u', 'β': 'b', 'ε': 'e', 'δ': 'd', 'γ': 'g', 'ρ': 'r', 'τ': 't', 'π': 'p', 'θ': 'o', '∇': 'g', 'Σ': 'S', '√': 'V',
	'▼': 'V', '▲': 'A', '✖': 'X', '✚': 'B', '▇': '#', '°': '\'',
	'½': 'h', '²': '2', 'ₜ': 't', '₀': '0', '₁': '1', '₂': '2', 'á': 'a', 'č': 'c', 'ü': 'u', 'ö': 'o', 'é': 'e',
	'◀': '<', '●': 'o', '≥': '>', '±': '+', '∝': '~', '∈': 'e', '∞': '8', '≪': '<', '≫': '>', 'ℓ': 'l',
	'η': 'n', 'κ': 'k', 'σ': 's', 'φ': 'f', 'χ': 'x', 'ω': 'w', 'Δ': 'D', 'ξ': 'x', 'ν': 'v',
	'¹': '1', '³': '3', '⁰': '0', '⁴': '4', '⁵': '5', '⁶': '6', '⁻': '-', '₃': '3', 'ₖ': 'k', 'ₙ': 'n', 'ᵢ': 'i',
	'’': '\'', '“': '"', '”': '"', '━': '=', '┿': '+',
}

// ToASCII prints a frame without a character outside ASCII, column for column.
// What people see as one character may be several runes, whose widths do not
// add up to its own.
func ToASCII(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		first, size := utf8.DecodeRuneInString(s)
		char, rest, w, _ := ansi.FirstGraphemeCluster(s, -1)
		s = rest
		switch sub, ok := substitutes[first]; {
		case ok && size == len(char):
			b.WriteByte(sub)
			if (first == '≤' || first == '≥') && strings.HasPrefix(s, " ") {
				b.WriteByte('=')
				s = s[1:]
			}
		case first < utf8.RuneSelf: // with an accent of its own, or something after an escape sequence
			b.WriteRune(first)
		default:
			b.WriteString(strings.Repeat("?", w))
		}
	}
	return b.String()
}
