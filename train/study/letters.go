package study

import (
	"strings"

	"gonum.org/v1/plot/vg"
)

// letters replaces what the font of the pictures, Liberation Sans, has no
// glyph for.
var letters = strings.NewReplacer(
	"∇", "grad ", "∝", "~", "∈", " in ", "∼", "~", "∥", "‖", "≪", "<<", "≫", ">>", "⟨", "(", "⟩", ")", "⇒", "→",
	"ₜ", "_t", "ₖ", "_k", "ₙ", "_n", "ᵢ", "_i", "⁻", "ˉ", "⁰", "º", "✓", "+", "✗", "×", "▸", "›", "⊙", "·",
)

// wrap breaks a text at spaces into lines that are no wider than w, by a
// measure; a word that is wider has a line of its own.
func wrap(text string, w vg.Length, width func(string) vg.Length) []string {
	var lines []string
	at := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case at == "":
			at = word
		case width(at+" "+word) <= w:
			at += " " + word
		default:
			lines, at = append(lines, at), word
		}
	}
	return append(lines, at)
}
