package optimizers

import "strings"

// Hint asks whether one of the names was meant by a word that is none of them;
// "" where none is near.
func Hint(word string, names []string) string {
	best, least := "", 3
	for _, name := range names {
		slips := 1 // one slip, or two in a long word
		if max(len(word), len(name)) > 5 {
			slips = 2
		}
		if d := edits(word, name); d <= slips && d < least && d < len(name) {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "? "
}

// question is a hint behind what was found.
func question(hint string) string {
	if hint == "" {
		return ""
	}
	return ": " + strings.TrimSpace(hint)
}

// plain are choices without the numbers that may follow them: classes for classes[-k].
func plain(choices []string) []string {
	var out []string
	for _, c := range choices {
		name, _, _ := strings.Cut(c, "[")
		out = append(out, name)
	}
	return out
}

// edits is how many letters must be left out, put in, replaced or swapped with
// their neighbour to make one word of another, whatever their case: the
// optimal string alignment distance.
//
// Reference: Damerau, "A technique for computer detection and correction of spelling errors", CACM 7, 1964.
func edits(from, to string) int {
	a, b := []rune(strings.ToLower(from)), []rune(strings.ToLower(to))
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			other := 1
			if a[i-1] == b[j-1] {
				other = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+other)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
