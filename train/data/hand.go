package data

import (
	"math"
	"math/rand/v2"
)

// How much one hand differs from another: standard deviations, in units of
// the digit's height where nothing else is said.
const (
	tremor     = 0.032 // of each point of the skeleton
	turn       = 0.14  // radians
	slant      = 0.22  // sideways by height
	stretch    = 0.18  // of width, as a share
	displace   = 0.9   // pixels
	sizeSpread = 1.0   // pixels
	grain      = 0.08  // of the ink, as a share
	wobble     = 0.075 // largest amplitude of a wave of the elastic field
	wrinkle    = 5.5   // its largest frequency, radians by height
)

// hand is how one example is written.
type hand struct {
	xx, xy, yx, yy float64 // affine map: turn · slant · stretch
	waves          [2]wave // elastic field
	size           float64 // of the longer side, in pixels
	shift          point   // from the middle, in pixels
	radius, blur   float64 // of the pen, in pixels
	dark           float64 // of the ink, 1 is black
}

// wave is a displacement that goes up and down along a direction.
type wave struct{ ax, ay, fx, fy, phase float64 }

func newHand(r *rand.Rand) *hand {
	h := &hand{}
	sin, cos := math.Sincos(turn * r.NormFloat64())
	s, w := slant*r.NormFloat64(), 0.8*max(0.4, 1+stretch*r.NormFloat64())
	h.xx, h.xy = cos*w, -cos*s-sin
	h.yx, h.yy = sin*w, -sin*s+cos
	for i := range h.waves {
		h.waves[i] = wave{
			wobble * (2*r.Float64() - 1), wobble * (2*r.Float64() - 1),
			wrinkle * (2*r.Float64() - 1), wrinkle * (2*r.Float64() - 1), 2 * math.Pi * r.Float64(),
		}
	}
	h.size = 19.5 + sizeSpread*r.NormFloat64()
	h.shift = point{displace * r.NormFloat64(), displace * r.NormFloat64()}
	h.radius = 0.4 + 0.8*r.Float64()
	h.blur = 0.7 + 0.6*r.Float64()
	h.dark = 0.85 + 0.15*r.Float64()
	return h
}

// bend maps a point of the skeleton to the page.
func (h *hand) bend(q point) point {
	x, y := q.x-0.5, q.y-0.5
	out := point{h.xx*x + h.xy*y, h.yx*x + h.yy*y}
	for _, w := range h.waves {
		s := math.Sin(w.fx*x + w.fy*y + w.phase)
		out.x += w.ax * s
		out.y += w.ay * s
	}
	return out
}

// level is the grey level of a pixel with so much ink. Paper stays exactly 0.
func (h *hand) level(ink float64, r *rand.Rand) byte {
	if ink == 0 {
		return 0
	}
	v := ink * h.dark * (1 + grain*r.NormFloat64())
	return byte(255*max(0, min(1, v)) + 0.5)
}
