package record

import (
	"image/color"
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
	style, widest := inkStyle(nameSize, grey), vg.Length(0)
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

// topNames is the height that the names of the vertical lines need: each has a
// line for itself, so that none covers another.
func (f *Figure) topNames() vg.Length {
	n := 0
	for _, l := range f.Lines {
		if l.Vertical {
			n++
		}
	}
	return vg.Length(n * nameLeading)
}

// drawNames writes the names beside the data of a plot, which is somewhere in c.
func (f *Figure) drawNames(c, data draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&data)
	style := inkStyle(nameSize, grey)
	var right []beside
	var above []*Line
	for i := range f.Lines {
		l := &f.Lines[i]
		at, ok := l.on(f, p)
		switch {
		case !ok:
		case l.Vertical:
			above = append(above, l)
			c.StrokeLine2(ruler, x(at), data.Max.Y, x(at), data.Max.Y+vg.Length((len(above)-1)*nameLeading)+2)
		default:
			right = append(right, beside{y(at), l.lines(style, c)})
		}
	}
	for row, l := range above {
		name := letters.Replace(l.Name)
		w, bottom := style.Width(name), data.Max.Y+vg.Length(row*nameLeading)+3
		left := max(c.Min.X, min(x(f.X.Of(l.At))-w/2, c.Max.X-w))
		c.FillPolygon(color.White, []vg.Point{{X: left, Y: bottom}, {X: left + w, Y: bottom}, {X: left + w, Y: bottom + nameSize}, {X: left, Y: bottom + nameSize}})
		c.FillText(style, vg.Point{X: left, Y: bottom}, name)
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

func (b beside) height() vg.Length { return vg.Length(len(b.lines)) * nameLeading }

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
