package draw

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Piece is a text for a line in which there may be no room for it: its
// versions, the longest first, and when its turn comes, from 0 on.
type Piece struct {
	Ink   Ink
	Texts []string
	Turn  int
}

// Pieces are the pieces that fit into w columns with some between, in their
// order: none is cut. Each takes the longest of its versions that is left room
// for when its turn comes.
func Pieces(pieces []Piece, w, between int) []Piece {
	fits := make([]string, len(pieces))
	w += between
	last := 0
	for _, q := range pieces {
		last = max(last, q.Turn)
	}
	for turn := range last + 1 {
		for i, q := range pieces {
			if q.Turn != turn {
				continue
			}
			for _, s := range q.Texts {
				if n := ansi.StringWidth(s) + between; n <= w {
					fits[i] = s
					w -= n
					break
				}
			}
		}
	}
	var out []Piece
	for i, q := range pieces {
		if fits[i] != "" {
			out = append(out, Piece{Ink: q.Ink, Texts: fits[i : i+1]})
		}
	}
	return out
}

// Join puts dots between the parts that are not empty.
func Join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " · ")
}

// FirstFit is the first text of at most w columns, or the last one cropped.
func FirstFit(texts []string, w int) string {
	for _, s := range texts {
		if ansi.StringWidth(s) <= w {
			return s
		}
	}
	return Short(texts[len(texts)-1], w)
}
