package search

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"optwatch/optimizers"
)

// Values are what a search tries for one key of its recipes, rising.
type Values struct {
	Key  string
	List []float64
}

// mostValues bounds a search.
const mostValues = 64

// ParseValues reads a grid: key=low:high:xF, where each value is F times the
// one before, or key=a|b|c. F near a root of ten means that root: x3.16 is √10.
func ParseValues(text string) (Values, error) {
	key, what, ok := strings.Cut(text, "=")
	v := Values{Key: strings.TrimSpace(key)}
	if !ok || v.Key == "" || strings.TrimSpace(what) == "" {
		return v, fmt.Errorf("grid %q: want key=low:high:xF, such as lr=1e-4:1:x3.16, or key=a|b|c", text)
	}
	var err error
	if strings.Contains(what, ":") {
		v.List, err = geometric(what)
	} else {
		v.List, err = listed(what)
	}
	if err != nil {
		return v, fmt.Errorf("grid %q: %w", text, err)
	}
	return v, nil
}

// geometric reads low:high:xF.
func geometric(what string) ([]float64, error) {
	parts := strings.Split(what, ":")
	if len(parts) != 3 || !strings.HasPrefix(parts[2], "x") {
		return nil, errors.New("a range is low:high:xF, such as 1e-4:1:x3.16")
	}
	low, err := positive(parts[0])
	if err != nil {
		return nil, err
	}
	high, err := positive(parts[1])
	if err != nil {
		return nil, err
	}
	factor, err := positive(parts[2][1:])
	switch {
	case err != nil:
		return nil, err
	case factor <= 1:
		return nil, fmt.Errorf("the factor must be above 1, got x%g", factor)
	case high < low:
		return nil, fmt.Errorf("the range ends at %g, below its beginning %g", high, low)
	}
	factor = rootOfTen(factor)
	var list []float64
	for i := 0; ; i++ {
		value := low * math.Pow(factor, float64(i))
		if value > high*(1+1e-9) {
			return list, nil
		}
		if len(list) == mostValues {
			return nil, fmt.Errorf("more than %d values", mostValues)
		}
		list = append(list, rounded(value))
	}
}

// listed reads a|b|c.
func listed(what string) ([]float64, error) {
	var list []float64
	for text := range strings.SplitSeq(what, "|") {
		value, err := positive(text)
		if err != nil {
			return nil, err
		}
		if n := len(list); n > 0 && value <= list[n-1] {
			return nil, fmt.Errorf("values must rise, got %g after %g", value, list[n-1])
		}
		if len(list) == mostValues {
			return nil, fmt.Errorf("more than %d values", mostValues)
		}
		list = append(list, value)
	}
	return list, nil
}

func positive(text string) (float64, error) {
	v, err := optimizers.Decimal(strings.TrimSpace(text))
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("want a number above 0, got %q", text)
	}
	return v, nil
}

// rootOfTen is the root of ten that a factor stands for, or itself.
func rootOfTen(factor float64) float64 {
	for k := 1; k <= 20; k++ {
		if root := math.Pow(10, 1/float64(k)); math.Abs(factor/root-1) < 3e-3 {
			return root
		}
	}
	return factor
}

// rounded is a value to three significant digits, as it is put into recipes.
func rounded(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	if err != nil {
		panic("search: a number that was written cannot be read")
	}
	return r
}

// Text is a value as it is written in a recipe.
func Text(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
