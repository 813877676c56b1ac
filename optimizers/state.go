package optimizers

import (
	"fmt"
	"math"
	"slices"
)

// Var is one named part of a method's state: a vector, a whole number or a
// real one. Exactly one of the pointers is set; it points into the method.
type Var struct {
	Name string
	Vec  *[]float64
	Int  *int
	Real *float64
}

// Saved is a copy of a state, by name.
type Saved map[string][]float64

// Save copies the state out. Whole numbers are exact up to 2⁵³.
func Save(vars []Var) Saved {
	s := make(Saved, len(vars))
	for _, v := range vars {
		switch {
		case v.Vec != nil:
			s[v.Name] = copied(*v.Vec)
		case v.Int != nil:
			s[v.Name] = []float64{float64(*v.Int)}
		case v.Real != nil:
			s[v.Name] = []float64{*v.Real}
		}
	}
	return s
}

// copied is a copy of a vector. It does not touch what is zero in it: of memory that is
// fresh a system gives what is written to, and most of what a federation of many clients
// keeps may be zero.
func copied(v []float64) []float64 {
	if len(v) == 0 {
		return nil
	}
	const page = 512
	out := make([]float64, len(v))
	for lo := 0; lo < len(v); lo += page {
		part := v[lo:min(lo+page, len(v))]
		if slices.ContainsFunc(part, func(x float64) bool { return math.Float64bits(x) != 0 }) {
			copy(out[lo:], part)
		}
	}
	return out
}

// Restore copies a saved state back in. It is an error if a name is missing;
// the state is then half restored and must not be used.
func Restore(vars []Var, s Saved) error {
	for _, v := range vars {
		got, ok := s[v.Name]
		if !ok {
			return fmt.Errorf("optimizers: saved state has no %q", v.Name)
		}
		if v.Vec != nil {
			*v.Vec = append([]float64(nil), got...)
			continue
		}
		if len(got) != 1 {
			return fmt.Errorf("optimizers: saved %q has %d numbers, want 1", v.Name, len(got))
		}
		if v.Int != nil {
			*v.Int = int(got[0])
		} else {
			*v.Real = got[0]
		}
	}
	return nil
}

// Carry copies into the state dst what src has under the same names, and says
// which. Unless they share a vector, nothing is carried; nor does a rule that
// counts its steps (t) take anything from one that does not, since its bias
// correction would be wrong.
func Carry(dst, src []Var) []string {
	saved := Save(src)
	var shared []Var
	var names []string
	vectors := 0
	for _, v := range dst {
		_, ok := saved[v.Name]
		switch {
		case ok:
			shared = append(shared, v)
			names = append(names, v.Name)
			if v.Vec != nil {
				vectors++
			}
		case v.Name == "t":
			return nil
		}
	}
	if vectors == 0 {
		return nil
	}
	if err := Restore(shared, saved); err != nil {
		panic(err)
	}
	return names
}

// zeros makes *v a vector of d zeros unless it has that length already.
func zeros(v *[]float64, d int) []float64 {
	if len(*v) != d {
		*v = make([]float64, d)
	}
	return *v
}

// scratch is *v at length d, with whatever it held; it grows but never shrinks.
func scratch(v *[]float64, d int) []float64 {
	if cap(*v) < d {
		*v = make([]float64, d)
	}
	return (*v)[:d]
}
