package chart

import (
	"strconv"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// Tick is a labelled place on an axis.
type Tick struct {
	At    float64 // coordinate
	Label string
}

// Ticks are at most about most labelled places on a scale. A label is made of
// a value and of the step to the next; nil makes the shortest there is.
func Ticks(s axis.Scale, most int, label func(v, step float64) string) []Tick {
	most = max(most, 2)
	if s.Log {
		return decades(s, most, label)
	}
	if label == nil {
		label = draw.Decimals
	}
	step, places := s.Even(most)
	out := make([]Tick, len(places))
	for i, v := range places {
		out[i] = Tick{v, label(v, step)}
	}
	return out
}

// decades are the ticks of a log axis: powers of ten, and 2 and 5 times them
// where there are too few.
func decades(s axis.Scale, most int, label func(v, step float64) string) []Tick {
	var out []Tick
	add := func(p axis.Power) {
		text := decade(p)
		if label != nil {
			text = label(p.Value(), p.Value())
		}
		out = append(out, Tick{p.At(), text})
	}
	stride := s.Stride(most)
	for _, p := range s.Powers(stride, 1) {
		add(p)
	}
	if len(out) > 1 || stride > 1 {
		return out
	}
	out = nil
	for _, p := range s.Powers(1, 1, 2, 5) {
		add(p)
	}
	return out
}

// decade is a label such as 2e-3. Within sight of 1 it is a plain number.
func decade(p axis.Power) string {
	if p.Exponent >= -1 && p.Exponent <= 2 {
		return strconv.FormatFloat(p.Value(), 'g', 6, 64)
	}
	return strconv.FormatFloat(p.Times, 'g', 3, 64) + "e" + strconv.FormatFloat(p.Exponent, 'f', 0, 64)
}
