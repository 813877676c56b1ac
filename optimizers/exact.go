package optimizers

import (
	"fmt"
	"slices"
	"strconv"
)

// Texts are all settings as text, defaults filled in and numbers in full, so
// that Part.Values makes the same values of them elsewhere: nothing in them
// depends on the n or the λ of a problem any more. A setting that has neither a
// value nor a default is left out.
func (v Values) Texts() map[string]string {
	out := make(map[string]string, len(v.params))
	for _, p := range v.params {
		text := v.Word(p.Name)
		if text != "" && p.Choices == nil && p.Word == nil {
			text = strconv.FormatFloat(v.Real(p.Name), 'g', -1, 64)
		}
		if text != "" {
			out[p.Name] = text
		}
	}
	return out
}

// Values are the part's settings from their texts, on a problem. It is an error
// if there is no such setting, or a value is not allowed.
func (p Part[T]) Values(pr Problem, texts map[string]string) (Values, error) {
	for name, text := range texts {
		i := slices.IndexFunc(p.Params, func(q Param) bool { return q.Name == name })
		if i < 0 {
			return Values{}, fmt.Errorf("%s has no setting %q", p.Name, name)
		}
		if err := p.Params[i].check(text); err != nil {
			return Values{}, fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return Values{problem: pr, params: p.Params, given: texts}, nil
}
