package trials

import "testing"

// A part of the progress begins and ends where it says; none given is all of it.
func TestSpan(t *testing.T) {
	for _, c := range []struct {
		span           Span
		fraction, want float64
	}{{Span{}, 0.25, 0.25}, {Span{0.5, 1}, 0, 0.5}, {Span{0.5, 1}, 0.5, 0.75}, {Span{0, 0.5}, 1, 0.5}} {
		if got := c.span.At(c.fraction); got != c.want {
			t.Errorf("%v at %g is %g, want %g", c.span, c.fraction, got, c.want)
		}
	}
}
