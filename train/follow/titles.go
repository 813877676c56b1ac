package follow

import (
	"slices"
	"strings"
)

// A run may log what means the same under several tags: its loss at every step, and
// now and then over a part of all data. The one that is logged most often is drawn as
// what they mean; the others are metrics by their own names.

// ownName is behind the key of a metric that is called like one that is known, and is
// not drawn as that.
const ownName = "\x00own"

// entitle finds the metric that a new curve is drawn as: what its tag means, unless
// another one of the run is drawn as that.
func (r *run) entitle(c *curve) {
	if c.means = meant(c.tag); c.means == nil {
		r.keys[c.tag] = c.tag
		return
	}
	if c.rival = r.curveOf(c.means.key); c.rival != nil {
		r.keys[c.tag] = ownKey(c.tag)
		return
	}
	r.keys[c.tag] = c.means.key
}

// ownKey is the key of the metric that a tag is by its own name.
func ownKey(tag string) string {
	if known(tag) < len(meanings) {
		return tag + ownName
	}
	return tag
}

// outdoes says whether a curve is logged so much more often than the one that is drawn
// as what both mean that it is to be drawn as that.
func (c *curve) outdoes() bool { return c.rival != nil && c.count > 2*c.rival.count+2 }

// depict draws a curve as what it means.
func (r *run) depict(c *curve) {
	r.keys[c.rival.tag] = ownKey(c.rival.tag)
	r.keys[c.tag] = c.means.key
	for _, o := range r.curves {
		if o.means == c.means {
			o.rival = c
		}
	}
	c.rival = nil
	r.titles++
	r.signs = signs{} // were of the other one
}

// curveOf is the curve that is drawn as a metric; nil where there is none.
func (r *run) curveOf(key string) *curve {
	i := slices.IndexFunc(r.curves, func(c *curve) bool { return r.keys[c.tag] == key })
	if i < 0 {
		return nil
	}
	return r.curves[i]
}

// tagOf is the tag by which a metric is called that has none but its own name.
func tagOf(key string) string { return strings.TrimSuffix(key, ownName) }
