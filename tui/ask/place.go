package ask

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// Place is a place on an axis.
type Place struct {
	Axis int // its position in the snapshot
	At   float64
}

// ReadPlace reads a place as people write it: 1M, 2.5k, 1e6 or 1 000 000 on the axis
// with a position, and with a unit on the axis of that: 30s, 5 min, 1:30, 3 MB, 12
// epochs. Only axes that are offered are gone to.
func ReadPlace(text string, axes []view.Axis, now int, offered func(axis int) bool) (Place, error) {
	text = strings.TrimSpace(text)
	if now >= len(axes) {
		return Place{}, errors.New("there is no axis yet")
	}
	if strings.Contains(text, ":") {
		return readClock(text, axes, now, offered)
	}
	number, unit := cutNumber(text)
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsInf(v, 0) || v < 0 {
		return Place{}, errors.New("want a number from 0 on, as 1M, 2.5k or 1e6")
	}
	at, factor, ok := axisOf(unit, axes, now, offered)
	if !ok {
		return Place{}, fmt.Errorf("%q is no unit of an axis here", draw.Clean(unit))
	}
	return within(axes, Place{at, v * factor})
}

// within refuses a place beyond what can be counted, or timed by a time.Duration.
func within(axes []view.Axis, p Place) (Place, error) {
	farthest := float64(1 << 53)
	if axes[p.Axis].Clock {
		farthest = math.MaxInt64 / 1e9
	}
	if p.At >= farthest {
		return Place{}, errors.New("there is no place so far away")
	}
	return p, nil
}

// cutNumber is the number that a text begins with, without the spaces that set its
// thousands apart, and what stands behind it.
func cutNumber(text string) (number, unit string) {
	end := 0
	digit := func(i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for end < len(text) {
		switch c := text[end]; {
		case digit(end), c == '.', end == 0 && (c == '-' || c == '+'):
		case c == ' ' && digit(end+1), c == ',' && digit(end+1):
		case (c == 'e' || c == 'E') && digit(end+1): // and else it begins a word
		case (c == 'e' || c == 'E') && end+1 < len(text) && strings.IndexByte("+-", text[end+1]) >= 0 && digit(end+2):
			end++
		default:
			return clean(text[:end]), strings.TrimSpace(text[end:])
		}
		end++
	}
	return clean(text), ""
}

func clean(number string) string { return strings.NewReplacer(" ", "", ",", "").Replace(number) }

// readClock reads a time such as 1:30 or 1:02:03.
func readClock(text string, axes []view.Axis, now int, offered func(int) bool) (Place, error) {
	seconds := 0.
	parts := strings.Split(text, ":")
	for i, part := range parts {
		v, err := strconv.ParseUint(strings.TrimSpace(part), 10, 31)
		if err != nil || len(parts) > 3 || i > 0 && v >= 60 {
			return Place{}, errors.New("want a time, as 1:30 or 1:02:03")
		}
		seconds = 60*seconds + float64(v)
	}
	at := timed(axes, now, offered)
	if at < 0 {
		return Place{}, errors.New("no axis of time is here")
	}
	return within(axes, Place{at, seconds})
}

// The units of time in seconds, and the prefixes of counts.
var (
	times = map[string]float64{
		"s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "minute": 60, "minutes": 60,
		"h": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400, "days": 86400,
	}
	prefixes = map[byte]float64{'k': 1e3, 'm': 1e6, 'g': 1e9, 't': 1e12}
)

// axisOf is the axis that a unit is of, and how much one of it is there: the one of now
// where it may be.
func axisOf(unit string, axes []view.Axis, now int, offered func(int) bool) (at int, factor float64, ok bool) {
	unit = strings.ToLower(strings.Join(strings.Fields(unit), " "))
	if unit == "" {
		return now, 1, true
	}
	time := timed(axes, now, offered)
	if seconds, is := times[unit]; is && time >= 0 && (time == now || unit != "m") {
		return time, seconds, true
	}
	prefix := prefixes[unit[0]]
	if prefix > 0 && len(unit) == 1 {
		return now, prefix, true
	}
	order := []int{now}
	for i := range axes {
		if i != now && offered(i) {
			order = append(order, i)
		}
	}
	for _, i := range order {
		if of(axes[i], unit) {
			return i, 1, true
		}
	}
	for _, i := range order {
		if rest := strings.TrimSpace(unit[1:]); prefix > 0 && of(axes[i], rest) {
			return i, prefix, true
		}
	}
	return 0, 0, false
}

// timed is the axis of time: that of now if it is one, else the first; -1 where none
// is offered.
func timed(axes []view.Axis, now int, offered func(int) bool) int {
	is := func(a view.Axis) bool { return a.Clock || strings.HasPrefix(a.Title, "seconds") }
	if is(axes[now]) {
		return now
	}
	for i := range axes {
		if is(axes[i]) && offered(i) {
			return i
		}
	}
	return -1
}

// of says whether a unit is one of an axis: bytes of theirs, and else the beginning of
// a word of what it is called, with or without its plural.
func of(a view.Axis, unit string) bool {
	if a.Format == view.Bytes && (unit == "b" || unit == "byte") {
		return true
	}
	for _, name := range []string{a.Key, a.Title, a.Name, a.At} {
		name = strings.ToLower(draw.Clean(name))
		if strings.HasPrefix(name, unit) {
			return true
		}
		for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if strings.HasPrefix(word, unit) || word+"s" == unit {
				return true
			}
		}
	}
	return false
}
