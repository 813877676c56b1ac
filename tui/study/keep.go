package study

import "encoding/json"

// kept is how the screen of studies was left.
type kept struct {
	Zoom   bool `json:"zoom,omitempty"`
	Alone  page `json:"alone,omitempty"`
	Beside page `json:"beside,omitempty"`
}

// Keep is which pages are seen.
func (p *Program) Keep() any { return kept{p.zoom, p.alone, p.beside} }

// Restore shows the pages that were kept. One that the study does not have is left as
// any other is.
func (p *Program) Restore(text []byte) {
	var in kept
	if json.Unmarshal(text, &in) != nil || !in.Alone.known() || !in.Beside.known() {
		return
	}
	p.zoom, p.alone, p.beside = in.Zoom, in.Alone, in.Beside
}
