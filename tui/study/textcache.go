package study

import (
	"optwatch/train/study"
	"optwatch/tui/draw"
)

// textCache is a page as it was broken into lines last. A study's parts never
// change, so that it follows from where they are kept.
type textCache struct {
	key   textKey
	lines []string
}

type textKey struct {
	page              page
	w                 int
	claims            *study.Claim
	tables            *study.Table
	notes, recipes    *string
	nClaims, nTables  int
	nNotes, nRecipes  int
	title, about, err string
	state             study.State
	scheme            string
}

func first[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

// of is a page in lines of at most w columns.
func (c *textCache) of(t *draw.Theme, s *study.Study, p page, w int) []string {
	key := textKey{
		p, w, first(s.Claims), first(s.Tables), first(s.Notes), first(s.Recipes),
		len(s.Claims), len(s.Tables), len(s.Notes), len(s.Recipes), s.Title, s.About, s.Err, s.State, t.Scheme,
	}
	if c.key == key && c.lines != nil {
		return c.lines
	}
	lines := []string{}
	switch p {
	case pageClaims:
		lines = claimLines(t, s, w)
	case pageTables:
		lines = tableLines(t, s, w)
	case pageNotes:
		lines = noteLines(t, s, w)
	}
	c.key, c.lines = key, lines
	return lines
}
