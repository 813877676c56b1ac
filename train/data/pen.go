package data

import (
	"math"
	"math/rand/v2"
)

const (
	imageSide   = 28
	imagePixels = imageSide * imageSide
)

// pen draws digits. It is reused from one to the next for its buffers.
type pen struct {
	lines []segment
	trace []point
	ink   [imagePixels]float64
}

// segment is a straight piece of a flattened stroke, in pixels.
type segment struct{ a, b point }

// digit draws a digit in a hand of its own into image.
func (p *pen) digit(image []byte, digit int, r *rand.Rand) {
	h := newHand(r)
	ways := skeletons[digit]
	p.lines = p.lines[:0]
	for _, s := range ways[r.IntN(len(ways))] {
		p.flatten(s, h, r)
	}
	p.fit(h)
	p.stroke(h)
	for i, v := range p.ink {
		image[i] = h.level(v, r)
	}
}

// flatten turns a stroke into short segments, bent by the hand.
func (p *pen) flatten(s stroke, h *hand, r *rand.Rand) {
	p.trace = p.trace[:0]
	for _, q := range s.points {
		p.trace = append(p.trace, point{q.x + tremor*r.NormFloat64(), q.y + tremor*r.NormFloat64()})
	}
	last := h.bend(p.trace[0])
	for i := range len(p.trace) - 1 {
		for k := 1; k <= pieces; k++ {
			t := float64(k) / pieces
			var q point
			if s.straight {
				q = between(p.trace[i], p.trace[i+1], t)
			} else {
				q = p.curve(i, t)
			}
			q = h.bend(q)
			p.lines = append(p.lines, segment{last, q})
			last = q
		}
	}
}

// pieces is the number of segments from one point of a skeleton to the next.
const pieces = 6

func between(a, b point, t float64) point {
	return point{a.x + t*(b.x-a.x), a.y + t*(b.y-a.y)}
}

// curve is the Catmull–Rom spline through the trace, from point i on.
func (p *pen) curve(i int, t float64) point {
	b, c := p.trace[i], p.trace[i+1]
	a, d := b, c
	if i > 0 {
		a = p.trace[i-1]
	}
	if i+2 < len(p.trace) {
		d = p.trace[i+2]
	}
	spline := func(a, b, c, d float64) float64 {
		return b + t/2*(c-a+t*(2*a-5*b+4*c-d+t*(3*(b-c)+d-a)))
	}
	return point{spline(a.x, b.x, c.x, d.x), spline(a.y, b.y, c.y, d.y)}
}

// fit scales and moves the segments, whatever their extent, onto the image.
func (p *pen) fit(h *hand) {
	lo, hi := p.lines[0].a, p.lines[0].a
	for _, l := range p.lines {
		for _, q := range [2]point{l.a, l.b} {
			lo = point{min(lo.x, q.x), min(lo.y, q.y)}
			hi = point{max(hi.x, q.x), max(hi.y, q.y)}
		}
	}
	scale := h.size / max(hi.x-lo.x, hi.y-lo.y)
	place := func(q point) point {
		return point{
			imageSide/2 + h.shift.x + scale*(q.x-(lo.x+hi.x)/2),
			imageSide/2 + h.shift.y + scale*(q.y-(lo.y+hi.y)/2),
		}
	}
	for i, l := range p.lines {
		p.lines[i] = segment{place(l.a), place(l.b)}
	}
}

// stroke inks every pixel by its distance from the nearest segment: full
// within the pen's radius, fading over the blur beyond.
func (p *pen) stroke(h *hand) {
	clear(p.ink[:])
	reach := h.radius + h.blur
	for _, l := range p.lines {
		x0, x1 := pixelRange(min(l.a.x, l.b.x)-reach, max(l.a.x, l.b.x)+reach)
		y0, y1 := pixelRange(min(l.a.y, l.b.y)-reach, max(l.a.y, l.b.y)+reach)
		d := point{l.b.x - l.a.x, l.b.y - l.a.y}
		length := d.x*d.x + d.y*d.y + 1e-12
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				q := point{float64(x) + 0.5 - l.a.x, float64(y) + 0.5 - l.a.y}
				t := max(0, min(1, (q.x*d.x+q.y*d.y)/length))
				dx, dy := q.x-t*d.x, q.y-t*d.y
				if square := dx*dx + dy*dy; square < reach*reach {
					v := min(1, (reach-math.Sqrt(square))/h.blur)
					p.ink[y*imageSide+x] = max(p.ink[y*imageSide+x], v)
				}
			}
		}
	}
}

// pixelRange is the pixels of a row or column whose centres lie from lo to hi.
func pixelRange(lo, hi float64) (first, end int) {
	return max(0, int(math.Floor(lo))), min(imageSide, int(math.Ceil(hi)))
}
