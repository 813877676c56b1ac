package tui

import "optwatch/tui/draw"

// studyTable is the part of the key table for the screen of studies.
func studyTable() []binding {
	return []binding{
		{in: inStudies, keys: []string{"j", "k", "down", "up"}, show: "j k ↑ ↓", foot: "study", doc: "another study", when: (*model).hasStudies, do: act((*model).moveStudy)},
		{in: inStudies, keys: []string{"f"}, show: "f", foot: "follow", doc: "the study under way again, and the next when it has ended", when: (*model).canFollow, do: does(func(m *model) { m.desk.fixed = false })},
		{in: inStudies, keys: []string{"tab", "shift+tab"}, show: "tab shift+tab", foot: "figure", doc: "the next or previous figure", when: (*model).hasFigures, do: act((*model).moveFigure)},
		{in: inStudies, keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, show: "1 … 9", doc: "a figure by its number", when: (*model).hasFigures, do: act((*model).figureDigit)},
		{in: inStudies, keys: []string{"t"}, show: "t", word: (*model).pageWord, doc: "next page: claims, tables, notes with recipes to paste; where one page is seen at a time, the figure too", when: func(m *model) bool { return len(m.desk.pages()) > 1 }, do: does((*model).nextPage)},
		{in: inStudies, keys: []string{"z"}, show: "z", word: (*model).zoomFigureWord, doc: "one page alone, the figure first, and back", when: (*model).canZoomFigure, do: does((*model).zoomFigure)},
		{in: inStudies, keys: []string{"y"}, show: "y", foot: "log y", doc: "linear or logarithmic y-axis of the figure", when: (*model).canFlip, do: does((*model).flipFigure)},
		{in: inStudies, keys: []string{"pgup", "pgdown", "home", "end"}, show: "pgup pgdn home end", foot: "scroll", doc: "scroll claims, tables and notes", when: (*model).canScroll, do: act((*model).scrollText)},
		{in: inStudies, keys: []string{"W"}, show: "W", doc: "write the screen as text to a file here", do: (*model).writeScreen},
		{in: inStudies, keys: []string{"?"}, show: "?", foot: "help", doc: "this help", do: does((*model).openHelp)},
		{in: inStudies, keys: []string{"q"}, show: "q", foot: "quit", doc: "quit (asks while studies are not over: they are cut short)", do: (*model).askQuit},
	}
}

func (m *model) hasStudies() bool { return len(m.desk.view.Studies) > 1 }
func (m *model) canFollow() bool  { return m.desk.fixed && m.desk.underway() >= 0 }
func (m *model) hasFigures() bool {
	return len(m.desk.study().Figures) > 1 && m.desk.plan.figures.h > 0
}

func (m *model) moveStudy(key string) {
	d, by := m.desk, 1
	if key == "k" || key == "up" {
		by = -1
	}
	d.fixed = true
	d.choose(max(0, min(d.selected+by, len(d.view.Studies)-1)))
}

func (m *model) moveFigure(key string) {
	n := len(m.desk.study().Figures)
	by := 1
	if key == "shift+tab" {
		by = n - 1
	}
	m.desk.figure = (m.desk.figure + by) % n
}

func (m *model) figureDigit(key string) {
	if i := int(key[0] - '1'); i < len(m.desk.study().Figures) {
		m.desk.figure = i
	}
}

// follows is the page that t goes on to.
func (d *desk) follows() page {
	all, now := d.pages(), d.seen()
	for i, p := range all {
		if p == now {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}

func (m *model) pageWord() string { return pageNames[m.desk.follows()] }

func (m *model) nextPage() {
	d := m.desk
	p := d.follows()
	d.top = 0
	if d.plan.single {
		d.page = p
	}
	if p != pageFigure {
		d.text = p
	}
}

// canZoomFigure says whether there is anything to zoom: where one page is seen
// at a time without it, there is not.
func (m *model) canZoomFigure() bool { return m.zoom || !m.desk.plan.single }

func (m *model) zoomFigureWord() string {
	if m.zoom {
		return "all"
	}
	return "zoom"
}

func (m *model) zoomFigure() {
	m.zoom = !m.zoom
	m.desk.page, m.desk.top = pageFigure, 0
}

func (m *model) canScroll() bool {
	_, h := m.desk.plan.text.inner()
	return m.desk.plan.text.h > 0 && len(m.desk.lines) > h
}

func (m *model) scrollText(key string) {
	_, h := m.desk.plan.text.inner()
	const end = 1 << 30
	m.desk.top += map[string]int{"pgup": 1 - h, "pgdown": h - 1, "home": -end, "end": end}[key]
}

// canFlip says whether the figure has anything to show on the other scale.
func (m *model) canFlip() bool {
	d := m.desk
	if d.plan.figures.h == 0 || d.figure >= len(d.study().Figures) {
		return false
	}
	f := d.study().Figures[d.figure]
	_, y := f.Spans()
	return f.Y.Log || !y.Empty() && y.Lo > 0
}

func (m *model) flipFigure() {
	id := figureID{m.desk.selected, m.desk.study().Figures[m.desk.figure].Name}
	m.desk.flipped[id] = !m.desk.flipped[id]
}

// studiesLeft is how many studies are not over, and what is said of that.
func (m *model) studiesLeft() (n int, text string) {
	n = m.desk.left()
	if n == 1 {
		return n, "One study is not over; quitting cuts it short."
	}
	return n, draw.Grouped(int64(n)) + " studies are not over; quitting cuts them short."
}
