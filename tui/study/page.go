package study

// page is a part of a study.
type page int

const (
	pageFigure page = iota
	pageClaims
	pageTables
	pageNotes
	pages // how many there are
)

var pageNames = [pages]string{"figure", "claims", "tables", "notes"}

// known says whether there is such a page.
func (p page) known() bool { return p >= pageFigure && p < pages }

// has says whether the selected study has anything on a page.
func (d *desk) has(p page) bool {
	switch p {
	case pageClaims:
		return len(d.study().Claims) > 0
	case pageTables:
		return len(d.study().Tables) > 0
	}
	return true
}

// pages are those that can be seen in turn.
func (d *desk) pages() []page {
	var out []page
	for p := range pages {
		if p == pageFigure && d.single || p != pageFigure && d.has(p) {
			out = append(out, p)
		}
	}
	return out
}

// firstText is the text that is seen where none was chosen.
func (d *desk) firstText() page {
	for p := pageClaims; ; p++ {
		if d.has(p) {
			return p
		}
	}
}

// seen is the page that the next one follows on.
func (d *desk) seen() page {
	switch {
	case d.single:
		return d.alone
	case d.beside != pageFigure && d.has(d.beside):
		return d.beside
	}
	return d.firstText()
}

// follows is the page after the one that is seen.
func (d *desk) follows() page {
	all, now := d.pages(), d.seen()
	for i, p := range all {
		if p == now {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}
