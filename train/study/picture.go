package study

import (
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The size of a picture, and the dots to an inch of a PNG.
const (
	pictureWidth  = 8 * vg.Inch
	pictureHeight = 5 * vg.Inch
	pictureDPI    = 144
	pictureMargin = 12 * vg.Length(1)
)

// WritePNG draws the figure as a PNG. Equal figures give equal bytes.
func (f *Figure) WritePNG(w io.Writer) error { return Plate{f}.WritePNG(w) }

// WriteSVG draws the figure as an SVG, whose texts are text.
func (f *Figure) WriteSVG(w io.Writer) error { return Plate{f}.WriteSVG(w) }

// Plate is one figure or several in one picture: two beside each other, and more in
// rows of two.
type Plate []*Figure

// ground is the colour of the paper of the first figure.
func (p Plate) ground() color.Color {
	if len(p) == 0 {
		return white.Ground
	}
	return p[0].paper().Ground
}

// size is that of the picture, in figures.
func (p Plate) size() (columns, rows int) {
	columns = max(1, min(2, len(p)))
	return columns, max(1, (len(p)+columns-1)/columns)
}

// WritePNG draws the plate as a PNG. Equal plates give equal bytes.
func (p Plate) WritePNG(w io.Writer) error {
	columns, rows := p.size()
	c := vgimg.NewWith(vgimg.UseWH(vg.Length(columns)*pictureWidth, vg.Length(rows)*pictureHeight), vgimg.UseDPI(pictureDPI), vgimg.UseBackgroundColor(p.ground()))
	p.draw(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// WriteSVG draws the plate as an SVG, whose texts are text.
func (p Plate) WriteSVG(w io.Writer) error {
	columns, rows := p.size()
	c := vgsvg.New(vg.Length(columns)*pictureWidth, vg.Length(rows)*pictureHeight)
	p.draw(draw.New(c))
	_, err := c.WriteTo(w)
	return err
}

// draw draws the figures from the top left on.
func (p Plate) draw(c draw.Canvas) {
	columns, rows := p.size()
	for i, f := range p {
		x, y := i%columns, i/columns
		f.picture(draw.Crop(c, vg.Length(x)*pictureWidth, -vg.Length(columns-1-x)*pictureWidth, vg.Length(rows-1-y)*pictureHeight, -vg.Length(y)*pictureHeight))
	}
}

// picture draws, from the top: the title, the names of the vertical lines, the
// plot with the names of the horizontal lines on its right, and the legend.
func (f *Figure) picture(c draw.Canvas) {
	c.FillPolygon(f.paper().Ground, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}})
	c = draw.Crop(c, pictureMargin, -pictureMargin, pictureMargin, -pictureMargin)
	c = f.drawTitle(c)
	c = f.drawLegend(c)
	p, empty := f.plot()
	if empty {
		plain := inkStyle(11, f.paper().Grey)
		plain.XAlign, plain.YAlign = draw.XCenter, draw.YCenter
		c.FillText(plain, c.Center(), "nothing was measured")
		return
	}
	in := draw.Crop(c, 0, -f.rightNames(c), 0, 0)
	_, rows := f.topNames(c, p.DataCanvas(in), p)
	in = draw.Crop(in, 0, 0, 0, -vg.Length(rows*nameLeading))
	p.Draw(in)
	f.drawNames(c, p.DataCanvas(in), p)
}

// plot is the axes and what is drawn within them, in coordinates.
func (f *Figure) plot() (p *plot.Plot, empty bool) {
	x, y := f.Spans()
	if x.Empty() || y.Empty() {
		return nil, true
	}
	p = plot.New()
	p.BackgroundColor = nil
	f.axis(&p.X, f.X, x, 9)
	f.axis(&p.Y, f.Y, y, 7)
	if f.Categories != nil {
		p.X.Min, p.X.Max, p.X.Tick.Marker, p.Y.Min = x.Lo, x.Hi, named(f.Categories), y.Lo
	}
	if e := f.Ends; e != nil {
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = e.X.Lo, e.X.Hi, e.Y.Lo, e.Y.Hi
	}
	p.Add(rulers{f})
	for i := range f.Series {
		if s := &f.Series[i]; s.HasBand() && f.Categories == nil {
			p.Add(band{f, s})
		}
	}
	theories := 0
	for i := range f.Series {
		s := &f.Series[i]
		if f.Categories == nil {
			p.Add(curve{f, s, f.pen(s, theories)})
		} else {
			p.Add(bars{f, i, f.pen(s, theories)})
		}
		if s.Theory {
			theories++
		}
	}
	p.Add(marks{f})
	return p, false
}

// axis sets up an axis for a span, with some room at its ends.
func (f *Figure) axis(to *plot.Axis, a Axis, s Span, labels int) {
	room := 0.04 * (s.Hi - s.Lo)
	if room == 0 {
		room = max(0.04*math.Abs(s.Lo), 1e-9)
		if a.Log {
			room = 0.3
		}
	}
	to.Min, to.Max = s.Lo-room, s.Hi+room
	to.Label.Text = letters.Replace(a.Label)
	to.Label.TextStyle.Font = sans(10.5)
	to.Label.TextStyle.Color = f.paper().Ink
	to.Label.Padding = 4
	to.Padding = 0
	to.Color, to.Tick.Color = f.paper().Grey, f.paper().Grey
	to.Tick.Label.Font = sans(9.5)
	to.Tick.Label.Color = f.paper().Ink
	to.Tick.Length = 5
	to.Tick.Marker = ticker{a.Log, labels}
}

// sans is the font of the pictures.
func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

func inkStyle(size vg.Length, c color.Color) text.Style {
	return text.Style{Color: c, Font: sans(size), Handler: plot.DefaultTextHandler}
}

// drawTitle writes the title, and returns what is left of the canvas.
func (f *Figure) drawTitle(c draw.Canvas) draw.Canvas {
	style := inkStyle(12.5, f.paper().Ink)
	style.Font.Weight = 3 // bold
	style.YAlign = draw.YTop
	lines := wrap(letters.Replace(f.Title), c.Max.X-c.Min.X, style.Width)
	const leading = 16
	for i, s := range lines {
		c.FillText(style, vg.Point{X: c.Min.X, Y: c.Max.Y - vg.Length(leading*i)}, s)
	}
	return draw.Crop(c, 0, 0, 0, -vg.Length(leading*len(lines)+8))
}
