package draw

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// substitutes are what is printed for a character where only ASCII may be.
// Each is one column wide, as the character is.
var substitutes = map[rune]byte{
	'─': '-', '│': '|', '╭': '+', '╮': '+', '╰': '+', '╯': '+', '┤': '|', '┼': '+', '└': '+', '┬': '+', '┊': ':', '┈': '.',
	'—': '-', '–': '-', '−': '-', '·': '.', '…': '.', '×': 'x', '÷': '/', '→': '>', '←': '<', '↑': '^', '↓': 'v', '≤': '<', '≈': '~',
	'▶': '>', '‖': '"', '✓': 'v', '✗': 'x', '■': '#', '▸': '>', '◆': '@', '◇': '!', '○': 'o', '▾': 'v', '▴': '^', '█': '#', '░': '.', '▏': '_',
	'λ': 'l', 'α': 'a', 'μ': 'u', 'β': 'b', 'ε': 'e', 'δ': 'd', 'γ': 'g', 'ρ': 'r', 'τ': 't', 'π': 'p', 'θ': 'o', '∇': 'g', 'Σ': 'S', '√': 'V',
	'▼': 'V', '▲': 'A', '✖': 'X', '✚': 'B', '▇': '#', '°': '\'',
	'½': 'h', '²': '2', 'ₜ': 't', '₀': '0', '₁': '1', '₂': '2', 'á': 'a', 'č': 'c', 'ü': 'u', 'ö': 'o', 'é': 'e',
	'◀': '<', '●': 'o', '≥': '>', '±': '+', '∝': '~', '∈': 'e', '∞': '8', '≪': '<', '≫': '>', 'ℓ': 'l',
	'η': 'n', 'κ': 'k', 'σ': 's', 'φ': 'f', 'χ': 'x', 'ω': 'w', 'Δ': 'D', 'ξ': 'x', 'ν': 'v',
	'¹': '1', '³': '3', '⁰': '0', '⁴': '4', '⁵': '5', '⁶': '6', '⁻': '-', '₃': '3', 'ₖ': 'k', 'ₙ': 'n', 'ᵢ': 'i',
	'’': '\'', '“': '"', '”': '"',
}

// ToASCII prints a frame without a character outside ASCII, column for column.
func ToASCII(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch sub, ok := substitutes[r]; {
		case r < 0x80:
			b.WriteRune(r)
		case ok:
			b.WriteByte(sub)
		default:
			b.WriteString(strings.Repeat("?", ansi.StringWidth(string(r))))
		}
	}
	return b.String()
}
