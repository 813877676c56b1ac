package study

import (
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The names of lines stand outside the plot, where they cover no curve.

const (
	nameSize    = 9
	nameLeading = 11
	nameGap     = 5
)

// rightNames is the width that the names of the horizontal lines need.
func (f *Figure) rightNames(c draw.Canvas) vg.Length {
	style, widest := inkStyle(nameSize, f.paper().Grey), vg.Length(0)
	for _, l := range f.Lines {
		if !l.Vertical {
			for _, s := range l.lines(style, c) {
				widest = max(widest, style.Width(s)+nameGap)
			}
		}
	}
	return widest
}

// lines are the name, broken to a sixth of the width of the picture.
func (l *Line) lines(style text.Style, c draw.Canvas) []string {
	return wrap(letters.Replace(l.Name), (c.Max.X-c.Min.X)/6, style.Width)
}

// above is the name of a vertical line over the plot, in a row from the plot up.
type above struct {
	line     *Line
	name     string
	x        vg.Length // of the line
	left, to vg.Length // of the name
	row      int
}

// topNames puts the names of the vertical lines over the data of a plot, each
// into the lowest row where it covers no other. Only the width of data counts.
func (f *Figure) topNames(c, data draw.Canvas, p *plot.Plot) (names []above, rows int) {
	x, _ := p.Transforms(&data)
	style := inkStyle(nameSize, f.paper().Grey)
	for i := range f.Lines {
		l := &f.Lines[i]
		at, ok := l.on(f, p)
		if !ok || !l.Vertical {
			continue
		}
		n := above{line: l, name: letters.Replace(l.Name), x: x(at)}
		w := style.Width(n.name)
		n.left = max(c.Min.X, min(n.x-w/2, c.Max.X-w))
		n.to = n.left + w
		for covers(names, n) {
			n.row++
		}
		names, rows = append(names, n), max(rows, n.row+1)
	}
	return names, rows
}

func covers(names []above, n above) bool {
	for _, o := range names {
		if o.row == n.row && n.left < o.to+2*nameGap && o.left < n.to+2*nameGap {
			return true
		}
	}
	return false
}

// drawNames writes the names beside the data of a plot, which is somewhere in
// c. A line goes on to its name, behind the names on the way.
func (f *Figure) drawNames(c, data draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&data)
	style := inkStyle(nameSize, f.paper().Grey)
	top, _ := f.topNames(c, data, p)
	for _, n := range top {
		c.StrokeLine2(f.ruler(), n.x, data.Max.Y, n.x, data.Max.Y+vg.Length(n.row*nameLeading)+2)
	}
	for _, n := range top {
		bottom := data.Max.Y + vg.Length(n.row*nameLeading) + 3
		c.FillPolygon(f.paper().Ground, []vg.Point{{X: n.left, Y: bottom}, {X: n.to, Y: bottom}, {X: n.to, Y: bottom + nameSize}, {X: n.left, Y: bottom + nameSize}})
		c.FillText(style, vg.Point{X: n.left, Y: bottom}, n.name)
	}
	var right []beside
	for i := range f.Lines {
		if l := &f.Lines[i]; !l.Vertical {
			if at, ok := l.on(f, p); ok {
				right = append(right, beside{y(at), l.lines(style, c)})
			}
		}
	}
	style.YAlign = draw.YCenter
	for _, b := range apart(right, data.Min.Y, data.Max.Y) {
		for i, s := range b.lines {
			down := (vg.Length(i) - vg.Length(len(b.lines)-1)/2) * nameLeading
			c.FillText(style, vg.Point{X: data.Max.X + nameGap, Y: b.at - down}, s)
		}
	}
}

// beside is a name at a height.
type beside struct {
	at    vg.Length
	lines []string
}

func (b beside) height() vg.Length { return vg.Length(len(b.lines))*nameLeading + 2 }

// apart moves names until none covers another, from the lowest up, and back
// down where they have gone over the top.
func apart(names []beside, bottom, top vg.Length) []beside {
	sort.SliceStable(names, func(i, j int) bool { return names[i].at < names[j].at })
	floor := bottom
	for i := range names {
		names[i].at = max(names[i].at, floor+names[i].height()/2)
		floor = names[i].at + names[i].height()/2
	}
	for i := len(names) - 1; i >= 0; i-- {
		names[i].at = min(names[i].at, top-names[i].height()/2)
		top = names[i].at - names[i].height()/2
	}
	return names
}
