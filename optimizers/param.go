package optimizers

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"optwatch/optimizers/matrix"
)

// Param is a setting of a catalogue part, as it is written in a recipe.
type Param struct {
	Name    string
	Doc     string
	Default string   // as written in a recipe; "" where it follows from other settings
	Choices []string // the words allowed; nil for a number
	Whole   bool     // a whole number, which may be written in n: n, n/2, 2n
	Min     float64  // smallest value allowed
	Above   bool     // Min itself is not allowed
	Max     float64  // largest value allowed; 0 for none

	// Word says what is wrong with a value that is a word of a form, not one of
	// a list; nil for a number. Choices are then examples.
	Word func(text string) error
}

// Problem is what a method must know of the problem it is built for.
type Problem struct {
	N      int           // examples
	L2     float64       // λ
	Spans  []matrix.Span // the weights that λ is for
	Linear bool          // the oracle is a LinearOracle
	Evals  int64         // budget in gradient evaluations; 0 for none

	Labels  []int32 // the class of every example; nil for numeric targets
	Classes int     // how many there are
}

// check says what is wrong with a value, in words, or nothing.
func (p Param) check(text string) error {
	if p.Word != nil {
		if err := p.Word(text); err != nil {
			return fmt.Errorf("%w%s", err, question(p.meant(text)))
		}
		return nil
	}
	if p.Choices != nil {
		if !slices.Contains(p.Choices, text) {
			return fmt.Errorf("%s is one of %s, got %q%s", p.Name, strings.Join(p.Choices, ", "), text, question(Hint(text, p.Choices)))
		}
		return nil
	}
	// A value in n is checked for its form with an n that passes any range.
	v, err := p.number(text, Problem{N: 1 << 20, L2: 1e-3})
	if err != nil {
		return err
	}
	if p.Whole && v != math.Trunc(v) {
		return fmt.Errorf("%s is a whole number, got %q", p.Name, text)
	}
	if p.Whole && v > 1<<53 {
		return fmt.Errorf("%s is a whole number of at most 2⁵³, got %q", p.Name, text)
	}
	if v < p.Min || p.Above && v == p.Min || p.Max != 0 && v > p.Max {
		return fmt.Errorf("%s must be %s, got %s", p.Name, p.Range(), text)
	}
	return nil
}

// meant asks for the word of a choice that a text slightly misses. One that begins
// with such a word has something wrong behind it.
func (p Param) meant(text string) string {
	words := plain(p.Choices)
	if slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(text, word) }) {
		return ""
	}
	return Hint(text, words)
}

// Range is the allowed values in words.
func (p Param) Range() string {
	low := "at least " + short(p.Min)
	if p.Above {
		low = "above " + short(p.Min)
	}
	if p.Max != 0 {
		return low + " and at most " + short(p.Max)
	}
	return low
}

// number reads a number, for a whole one also k·n and n/k, for one whose default it is also l2, the problem's λ.
func (p Param) number(text string, pr Problem) (float64, error) {
	bad := fmt.Errorf("%s is a number%s, got %q", p.Name, map[bool]string{true: " or a share of n, such as n/2 or 2n"}[p.Whole], text)
	if text == "l2" && p.Default == "l2" {
		return pr.L2, nil
	}
	if p.Whole && strings.Contains(text, "n") {
		factor, divisor, _ := strings.Cut(text, "n")
		v := float64(pr.N)
		if factor != "" {
			f, err := Decimal(factor)
			if err != nil || !(f > 0) || math.IsInf(f, 0) {
				return 0, bad
			}
			v *= f
		}
		if divisor != "" {
			d, err := Decimal(strings.TrimPrefix(divisor, "/"))
			if err != nil || divisor[0] != '/' || !(d > 0) || math.IsInf(d, 0) {
				return 0, bad
			}
			v /= d
		}
		return max(1, math.Floor(v)), nil
	}
	v, err := Decimal(text)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, bad
	}
	return v, nil
}

// Decimal is the number that a text is in decimal digits. What Go's own syntax allows
// beside them, 0x1p-2 and 1_000, is more often a slip than meant.
func Decimal(text string) (float64, error) {
	if strings.ContainsAny(text, "xX_") {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(text, 64)
}

// Seed is the whole number that the seed of a recipe is, in decimal digits: 010 is ten, and 1e3 a thousand.
func Seed(text string) (uint64, error) {
	v, err := Decimal(text)
	if err != nil || !(v >= 0 && v <= 1<<53) || v != math.Trunc(v) {
		return 0, strconv.ErrSyntax
	}
	return uint64(v), nil
}

func short(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// Values are the settings of one method, defaults filled in.
type Values struct {
	problem Problem
	params  []Param
	given   map[string]string
}

// Problem is the problem that the method is built for.
func (v Values) Problem() Problem { return v.problem }

// Given says whether the recipe sets a parameter.
func (v Values) Given(name string) bool { _, ok := v.given[name]; return ok }

// Word is the value of a parameter as it is written.
func (v Values) Word(name string) string {
	if text, ok := v.given[name]; ok {
		return text
	}
	return v.param(name).Default
}

// Real is the value of a number.
func (v Values) Real(name string) float64 {
	x, err := v.param(name).number(v.Word(name), v.problem)
	if err != nil {
		panic("optimizers: " + err.Error())
	}
	return x
}

// Int is the value of a whole number.
func (v Values) Int(name string) int { return int(v.Real(name)) }

func (v Values) param(name string) Param {
	i := slices.IndexFunc(v.params, func(p Param) bool { return p.Name == name })
	if i < 0 {
		panic("optimizers: no parameter " + name)
	}
	return v.params[i]
}

// Within are the values of some parameters that a recipe gives under longer
// names, with a prefix.
func (v Values) Within(prefix string, params []Param) Values {
	given := map[string]string{}
	for _, p := range params {
		if text, ok := v.given[prefix+p.Name]; ok {
			given[p.Name] = text
		}
	}
	return Values{problem: v.problem, params: params, given: given}
}
