package draw

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Unknown stands for what is not known.
const Unknown = "—"

// Grouped is a whole number with its thousands set apart: 9 412.
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	digits := strings.TrimPrefix(s, "-")
	if len(digits) < 4 {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:len(s)-len(digits)])
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// units are the prefixes of large counts.
var units = [...]struct {
	name string
	size float64
}{{"T", 1e12}, {"G", 1e9}, {"M", 1e6}, {"k", 1e3}}

// SI is a count in at most five characters: 9.4k, 602k, 1.2M.
func SI(v float64) string {
	if !Known(v) {
		return Unknown
	}
	for _, unit := range units {
		// 999.5k would round to 1000k.
		if math.Abs(v) < 0.9995*unit.size {
			continue
		}
		v /= unit.size
		if v >= 9999.5 {
			return fmt.Sprintf("%.0e", v) + unit.name
		}
		if v >= 9.95 {
			return strconv.FormatFloat(v, 'f', 0, 64) + unit.name
		}
		return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0") + unit.name
	}
	if v == math.Trunc(v) || math.Abs(v) >= 9.95 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 2, 64)
}

// Number is a value with some significant digits and a short exponent: 0.125, 1e-5.
func Number(v float64, digits int) string {
	if !Known(v) {
		return Unknown
	}
	return exponent(strconv.FormatFloat(v, 'g', digits, 64))
}

// Scientific is a value such as 4.1e-3.
func Scientific(v float64) string {
	if !Known(v) {
		return Unknown
	}
	return exponent(strconv.FormatFloat(v, 'e', 1, 64))
}

// Compact is a value in as few characters as it takes: 1e-3, 0.25.
func Compact(v float64) string {
	plain, exp := Number(v, 4), exponent(strconv.FormatFloat(v, 'e', -1, 64))
	if len(exp) < len(plain) {
		return exp
	}
	return plain
}

// exponent shortens 1e-05 to 1e-5 and 1e+05 to 1e5.
func exponent(s string) string {
	head, exp, found := strings.Cut(s, "e")
	if !found {
		return s
	}
	sign := ""
	if strings.HasPrefix(exp, "-") {
		sign = "-"
	}
	exp = strings.TrimLeft(strings.TrimLeft(exp, "+-"), "0")
	if exp == "" {
		return head
	}
	return head + "e" + sign + exp
}

// Precise is a value in at most eight characters, four digits of it at least.
func Precise(v float64) string {
	switch {
	case !Known(v):
		return Unknown
	case math.Abs(v) < 1e-3 && v != 0, math.Abs(v) >= 1e5:
		text := exponent(strconv.FormatFloat(v, 'e', 3, 64))
		for digits := 2; len(text) > 8 && digits >= 0; digits-- {
			text = exponent(strconv.FormatFloat(v, 'e', digits, 64))
		}
		return text
	case v > 0 && v < 0.00999995:
		return strconv.FormatFloat(v, 'f', 6, 64)
	case v > 0 && v < 0.0999995:
		return strconv.FormatFloat(v, 'f', 5, 64)
	case math.Abs(v) < 10:
		return strconv.FormatFloat(v, 'f', 4, 64)
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// Percent is a share of 1 such as 91.94 %.
func Percent(v float64) string {
	if !Known(100 * v) {
		return Unknown
	}
	return strconv.FormatFloat(100*v, 'f', 2, 64) + " %"
}

// Known says whether a value is a finite number.
func Known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Count is a count in at most nine characters.
func Count(n int64) string {
	if n > 9_999_999 {
		return SI(float64(n))
	}
	return Grouped(n)
}

// DecimalsIn is a value with some decimals, so that a column of them is even;
// where that says too little or takes more than w characters, in few digits.
func DecimalsIn(v float64, decimals, w int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if math.Abs(v) >= math.Pow(10, float64(1-decimals)) && len(text) <= w && Known(v) {
		return text
	}
	text = Number(v, 3)
	for digits := 2; len(text) > w && digits > 0; digits-- {
		text = Number(v, digits)
	}
	return text
}

// Times is a multiple such as 1.03×.
func Times(v float64) string {
	switch {
	case !Known(v), v < 0:
		return Unknown
	case v >= 9999.5:
		return SI(v) + "×"
	case v >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64) + "×"
	}
	return strconv.FormatFloat(v, 'f', 2, 64) + "×"
}

// TenthPercent is a share of 1 such as 87.9 %.
func TenthPercent(v float64) string {
	if !Known(v) {
		return Unknown
	}
	return strconv.FormatFloat(100*v, 'f', 1, 64) + " %"
}
