package tui

// studyPlan says where everything of a study lies. What is not on the screen
// has no height.
type studyPlan struct {
	single  bool // one page at a time
	list    placed
	strip   rect // the studies in a line, where there is no room for a list
	brief   rect // the selected study in a line
	tabs    rect // the pages in a line, where one is seen at a time
	figures placed
	text    placed
}

const (
	studyListWidth = 36
	figureWidth    = 56 // of one of several side by side, at least
	mostFigures    = 4  // side by side
)

// planStudies lays out a screen of w×h cells. Figures take the larger part.
func planStudies(w, h, studies int, p page, zoom bool) studyPlan {
	plan := studyPlan{single: zoom || w < 80 || h < 24}
	body := rect{0, 1, w, h - 2}
	line := func() rect {
		body.y, body.h = body.y+1, body.h-1
		return rect{body.x, body.y - 1, body.w, 1}
	}
	listed := studies > 1 && w >= 120 && h >= 30 && !plan.single
	if studies > 1 && !listed {
		plan.strip = line()
	}
	plan.brief = line()
	if plan.single {
		plan.tabs = line()
		q := placed{boxed: w >= 60 && zoom, rect: body}
		if p == pageFigure {
			plan.figures = q
		} else {
			plan.text = q
		}
		return plan
	}
	top := body
	top.h = body.h * 11 / 20
	plan.text = placed{boxed: true, rect: rect{body.x, body.y + top.h, body.w, body.h - top.h}}
	if listed {
		plan.list = placed{boxed: true, rect: rect{top.x, top.y, studyListWidth, top.h}}
		top.x, top.w = top.x+studyListWidth, top.w-studyListWidth
	}
	plan.figures = placed{boxed: true, rect: top}
	return plan
}

// across is how many figures are seen at once.
func (p *studyPlan) across(figures int) int {
	if p.single {
		return 1
	}
	return max(1, min(figures, p.figures.w/figureWidth, mostFigures))
}
