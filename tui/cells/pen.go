package cells

import (
	"strconv"
	"strings"
)

// pen is how a cell is drawn: two colours and attributes.
type pen struct {
	fore, back color
	attributes uint16 // a bit for each of the parameters 1 (bold) to 9 (struck through)
}

// color is one of the kinds below in the highest byte, and its value; 0 is the
// terminal's own.
type color uint32

const (
	basic   color = (iota + 1) << 24 // one of 16: 0 to 7, and 8 to 15 for the bright ones
	indexed                          // one of 256
	direct                           // red, green and blue, a byte each
	kinds   = 0xff << 24
)

// apply changes a pen as the parameters of a sequence of the kind "select graphic
// rendition" say. It is false for what is not known here.
func (p *pen) apply(parameters string) bool {
	if parameters == "" {
		*p = pen{}
		return true
	}
	for more := true; more; {
		var n int
		var ok bool
		if n, parameters, more, ok = number(parameters); !ok {
			return false
		}
		switch {
		case n == 0:
			*p = pen{}
		case n <= 9:
			p.attributes |= 1 << n
		case n == 22:
			p.attributes &^= 1<<1 | 1<<2
		case n == 25:
			p.attributes &^= 1<<5 | 1<<6
		case n >= 23 && n <= 29 && n != 26:
			p.attributes &^= 1 << (n - 20)
		case n >= 30 && n <= 37:
			p.fore = basic | color(n-30)
		case n >= 40 && n <= 47:
			p.back = basic | color(n-40)
		case n >= 90 && n <= 97:
			p.fore = basic | color(n-90+8)
		case n >= 100 && n <= 107:
			p.back = basic | color(n-100+8)
		case n == 39:
			p.fore = 0
		case n == 49:
			p.back = 0
		case n == 38 || n == 48:
			var c color
			if c, parameters, more, ok = extended(parameters); !ok {
				return false
			}
			if n == 38 {
				p.fore = c
			} else {
				p.back = c
			}
		default:
			return false
		}
	}
	return true
}

// number is the first of some parameters, the others, and whether there are any.
func number(s string) (n int, rest string, more, ok bool) {
	first, rest, more := strings.Cut(s, ";")
	if first == "" {
		return 0, rest, more, true
	}
	n, err := strconv.Atoi(first)
	return n, rest, more, err == nil && n >= 0
}

// extended is a colour of 256 or more after its 38 or 48.
func extended(s string) (c color, rest string, more, ok bool) {
	kind, rest, more, ok := number(s)
	count := 0
	switch {
	case ok && kind == 5:
		c, count = indexed, 1
	case ok && kind == 2:
		c, count = direct, 3
	default:
		return 0, "", false, false
	}
	for i := range count {
		var n int
		if !more {
			return 0, "", false, false
		}
		if n, rest, more, ok = number(rest); !ok || n > 255 {
			return 0, "", false, false
		}
		c |= color(n) << (8 * (count - 1 - i))
	}
	return c, rest, more, true
}

// change appends the sequence that makes one pen of another.
func change(b []byte, from, to pen) []byte {
	if from == to {
		return b
	}
	b = append(b, "\x1b["...)
	begun := len(b)
	add := func(n int) {
		if len(b) > begun {
			b = append(b, ';')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	if from.attributes&^to.attributes != 0 || to == (pen{}) {
		from = pen{}
		if to == from {
			return append(b, 'm')
		}
		add(0)
	}
	for n := 1; n <= 9; n++ {
		if to.attributes&^from.attributes>>n&1 != 0 {
			add(n)
		}
	}
	ground := func(from, to color, first int) {
		if from == to {
			return
		}
		switch value := int(to &^ kinds); to & kinds {
		case basic:
			if value < 8 {
				add(first + value)
			} else {
				add(first + 60 + value - 8)
			}
		case indexed:
			add(first + 8)
			add(5)
			add(value)
		case direct:
			add(first + 8)
			add(2)
			add(value >> 16)
			add(value >> 8 & 0xff)
			add(value & 0xff)
		default:
			add(first + 9)
		}
	}
	ground(from.fore, to.fore, 30)
	ground(from.back, to.back, 40)
	return append(b, 'm')
}
