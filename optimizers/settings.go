package optimizers

import (
	"fmt"
	"math"
	"reflect"
)

// Setting is one number that a part of a method was built with, in full
// precision, as a recipe is not printed. A part's settings are its exported
// fields, what it carries from step to step is not.
type Setting struct {
	Name  string  // of the field, after the names of those that it is in: Then.Steps
	Value float64 // 1 and 0 for yes and no
}

// Settings are those of an estimator, a rule or a schedule, in the order in
// which it declares them.
func Settings(part any) []Setting {
	var out []Setting
	_ = eachSetting(reflect.ValueOf(part), "", func(name string, field reflect.Value) error {
		out = append(out, Setting{name, settingOf(field)})
		return nil
	})
	return out
}

// SameSettings says what differs in the settings of a part from what they were.
func SameSettings(part any, were []Setting) error {
	now := Settings(part)
	if len(now) != len(were) {
		return fmt.Errorf("optimizers: %T has %d settings, there were %d", part, len(now), len(were))
	}
	for i, s := range now {
		w := were[i]
		if s.Name != w.Name {
			return fmt.Errorf("optimizers: %T has %s where there was %s", part, s.Name, w.Name)
		}
		if math.Float64bits(s.Value) != math.Float64bits(w.Value) && !(math.IsNaN(s.Value) && math.IsNaN(w.Value)) {
			return fmt.Errorf("optimizers: %T has %s = %v, it was %v", part, s.Name, s.Value, w.Value)
		}
	}
	return nil
}

// WithSettings is a schedule of the same kind with other settings, all of which
// must be given.
func WithSettings(s Schedule, to []Setting) (Schedule, error) {
	part := reflect.New(reflect.TypeOf(s)).Elem()
	part.Set(reflect.ValueOf(s))
	at := 0
	err := eachSetting(part, "", func(name string, field reflect.Value) error {
		if at == len(to) || to[at].Name != name {
			return fmt.Errorf("optimizers: the settings of %T do not have %s at its place", s, name)
		}
		at++
		return set(field, to[at-1])
	})
	if err == nil && at < len(to) {
		err = fmt.Errorf("optimizers: %T has no setting %q", s, to[at].Name)
	}
	if err != nil {
		return nil, err
	}
	return part.Interface().(Schedule), nil
}

// eachSetting visits the exported numbers of a part and of the parts in it.
func eachSetting(v reflect.Value, name string, visit func(string, reflect.Value) error) error {
	switch v.Kind() {
	case reflect.Pointer:
		return eachSetting(v.Elem(), name, visit)
	case reflect.Interface:
		return withinInterface(v, name, visit)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				if err := eachSetting(v.Field(i), join(name, f), visit); err != nil {
					return err
				}
			}
		}
	case reflect.Float64, reflect.Int, reflect.Bool:
		return visit(name, v)
	}
	return nil
}

// withinInterface visits what an interface holds, and puts back what became of it.
// Where nothing did it writes nothing: settings are read while others read them.
func withinInterface(v reflect.Value, name string, visit func(string, reflect.Value) error) error {
	if v.IsNil() {
		return nil
	}
	inner := reflect.New(v.Elem().Type()).Elem()
	inner.Set(v.Elem())
	err := eachSetting(inner, name, visit)
	if err == nil && v.CanSet() && !reflect.DeepEqual(inner.Interface(), v.Elem().Interface()) {
		v.Set(inner)
	}
	return err
}

// join is the name of a field in what has a name already. What is embedded has none of its own.
func join(name string, f reflect.StructField) string {
	switch {
	case f.Anonymous:
		return name
	case name == "":
		return f.Name
	}
	return name + "." + f.Name
}

func settingOf(field reflect.Value) float64 {
	switch field.Kind() {
	case reflect.Int:
		return float64(field.Int())
	case reflect.Bool:
		if field.Bool() {
			return 1
		}
		return 0
	}
	return field.Float()
}

func set(field reflect.Value, to Setting) error {
	whole := to.Value == math.Trunc(to.Value) && math.Abs(to.Value) <= 1<<53
	switch {
	case field.Kind() == reflect.Float64:
		field.SetFloat(to.Value)
	case field.Kind() == reflect.Int && whole:
		field.SetInt(int64(to.Value))
	case field.Kind() == reflect.Bool && (to.Value == 0 || to.Value == 1):
		field.SetBool(to.Value == 1)
	default:
		return fmt.Errorf("optimizers: %s cannot be %v", to.Name, to.Value)
	}
	return nil
}
