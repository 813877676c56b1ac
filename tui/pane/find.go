package pane

import (
	"strings"

	"github.com/sahilm/fuzzy"
)

// Literal is how much better a text is found that has a word as it was typed than one
// that only has its letters.
const Literal = 1000

// Found is where a word is in a text.
type Found struct {
	At    []int // bytes of the text that were typed
	Score int   // the higher, the better
}

// Find is where a word stands in a text, at best where one begins, or else its letters
// if they belong together; nil if neither does.
func Find(word, text string) *Found {
	lower, w := strings.ToLower(text), strings.ToLower(word)
	at := 0
	if !strings.HasPrefix(lower, w) {
		if at = strings.Index(lower, " "+w) + 1; at == 0 {
			at = strings.Index(lower, w)
		}
	}
	if at >= 0 && len(lower) == len(text) {
		m := &Found{Score: Literal - len(text)}
		if at == 0 || text[at-1] == ' ' {
			m.Score += Literal / 2
		}
		for i := range w {
			m.At = append(m.At, at+i)
		}
		return m
	}
	for _, m := range fuzzy.FindNoSort(word, []string{text}) {
		if together(m) {
			return &Found{At: m.MatchedIndexes, Score: m.Score}
		}
	}
	return nil
}

// together says whether letters that were found belong together: each begins a word
// or follows on the one before, as those of lr in learning rate, or they begin a
// word of which they leave out no more than they have.
func together(m fuzzy.Match) bool {
	begins := func(at int) bool { return at == 0 || strings.IndexByte(" -:;,(>", m.Str[at-1]) >= 0 }
	all, n := m.MatchedIndexes, len(m.MatchedIndexes)
	if n > 0 && begins(all[0]) && all[n-1]-all[0] < 2*n {
		return true
	}
	for i, at := range all {
		if !begins(at) && (i == 0 || strings.Count(m.Str[all[i-1]:at], "")-1 > 1) {
			return false
		}
	}
	return true
}
