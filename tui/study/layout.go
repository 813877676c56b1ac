package study

import "optwatch/tui/pane"

const (
	listWidth   = 36
	figureWidth = 56 // of one of several side by side, at least
	mostFigures = 4  // side by side
	mostText    = 20 // rows below them
)

// Arrange lays out a screen of w×h cells. Figures take the larger part. Where
// there is no room for them and a text below them, one page is seen at a time.
func (p *Program) Arrange(w, h int) pane.Layout {
	p.single = p.zoom || w < 80 || h < 24
	var l pane.Layout
	body := pane.Rect{X: 0, Y: 1, W: w, H: h - 2}
	row := func(draw func(w int) string) {
		l.Rows = append(l.Rows, pane.Row{Y: body.Y, Draw: draw})
		body.Y, body.H = body.Y+1, body.H-1
	}
	put := func(which int, boxed bool, r pane.Rect) {
		l.Panes = append(l.Panes, pane.Placed{Pane: which, Place: pane.Place{Rect: r, Boxed: boxed}})
	}
	studies := len(p.studies())
	listed := studies > 1 && w >= 120 && h >= 30 && !p.single
	if studies > 1 && !listed {
		row(p.strip)
	}
	row(p.brief)
	if p.single {
		row(p.tabs)
		which := textPane
		if p.alone == pageFigure {
			which = figuresPane
		}
		put(which, w >= 60 && p.zoom, body)
		return l
	}
	top, low := body, body
	low.H = min(body.H*9/20, mostText)
	top.H = body.H - low.H
	low.Y = top.Y + top.H
	if listed {
		list := top
		list.W = listWidth
		top.X, top.W = top.X+listWidth, top.W-listWidth
		put(listPane, true, list)
	}
	put(figuresPane, true, top)
	put(textPane, true, low)
	return l
}
