package study

import "encoding/json"

// kept is how the screen of studies was left. That one page had the screen for itself
// is no part of it: to look closer at something is of the moment.
type kept struct {
	Alone  page `json:"alone,omitempty"`
	Beside page `json:"beside,omitempty"`
}

// Keep is which pages are seen.
func (p *Program) Keep() any { return kept{p.alone, p.beside} }

// Restore shows the pages that were kept. One that the study does not have is left as
// any other is.
func (p *Program) Restore(text []byte) {
	var in kept
	if json.Unmarshal(text, &in) != nil || !in.Alone.known() || !in.Beside.known() {
		return
	}
	p.alone, p.beside = in.Alone, in.Beside
}
