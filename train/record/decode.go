package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// What is read of a text at most: a federation of ten thousand clients has a few
// megabytes.
const (
	mostJSON    = 8 << 20 // bytes
	longestList = 100_000
)

// decode reads into a struct what encode wrote of one. Keys that it does not
// know are skipped. What is missing is as empty as a field that was left out:
// NaN where it is a number with a fraction.
func decode(text string, into any) error {
	if len(text) > mostJSON {
		return fmt.Errorf("found a text of %d bytes, expected %d at most", len(text), mostJSON)
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return fmt.Errorf("found no JSON: %w", err)
	}
	if d.More() {
		return fmt.Errorf("found more than one JSON value")
	}
	v := reflect.ValueOf(into).Elem()
	forget(v)
	return fill(v, tree)
}

// forget makes a value what it is where nothing is known of it.
func forget(v reflect.Value) {
	switch v.Kind() {
	case reflect.Float64:
		v.SetFloat(math.NaN())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Anonymous { // there is none
				v.Field(i).SetZero()
				continue
			}
			forget(v.Field(i))
		}
	default:
		v.SetZero()
	}
}

// fill sets a value to a part of a JSON text.
func fill(v reflect.Value, tree any) error {
	if tree == nil {
		return nil
	}
	if _, ok := words[v.Type()]; ok {
		return fillWord(v, tree)
	}
	if v.Type() == durationType {
		return fillDuration(v, tree)
	}
	switch v.Kind() {
	case reflect.Bool:
		is, ok := tree.(bool)
		v.SetBool(is)
		return unless(ok, tree, "true or false")
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return fillWhole(v, tree)
	case reflect.Float64:
		f, err := number(tree)
		v.SetFloat(f)
		return err
	case reflect.String:
		s, ok := tree.(string)
		v.SetString(s)
		return unless(ok, tree, "a text")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		forget(v.Elem())
		return fill(v.Elem(), tree)
	case reflect.Slice:
		return fillList(v, tree)
	case reflect.Map:
		return fillMap(v, tree)
	case reflect.Struct:
		return fillStruct(v, tree)
	}
	panic(fmt.Sprintf("record: %v cannot be read", v.Type()))
}

// unless is an error that says what was found, unless that is what was expected.
func unless(ok bool, tree any, expected string) error {
	if ok {
		return nil
	}
	text, _ := json.Marshal(tree)
	const most = 40
	if len(text) > most {
		text = append(text[:most:most], "…"...)
	}
	return fmt.Errorf("found %s, expected %s", text, expected)
}

func fillWord(v reflect.Value, tree any) error {
	word, ok := tree.(string)
	if !ok {
		return unless(false, tree, "a word")
	}
	i, err := position(v.Type(), word)
	v.SetInt(int64(i))
	return err
}

// number is a number, which JSON has a text for where it is infinite.
func number(tree any) (float64, error) {
	switch t := tree.(type) {
	case json.Number:
		if f, err := strconv.ParseFloat(string(t), 64); err == nil {
			return f, nil
		}
	case string:
		switch t {
		case infinity:
			return math.Inf(1), nil
		case minusInfinity:
			return math.Inf(-1), nil
		}
	}
	return math.NaN(), unless(false, tree, "a number")
}

// mostSeconds are as many as a time.Duration holds, and a little less.
const mostSeconds = 9e9

func fillDuration(v reflect.Value, tree any) error {
	seconds, err := number(tree)
	if err != nil {
		return err
	}
	v.SetInt(int64(durationOf(seconds)))
	return nil
}

// durationOf is a number of seconds, the nearest where there is no such time.
func durationOf(seconds float64) time.Duration {
	if math.IsNaN(seconds) {
		return 0
	}
	return time.Duration(math.Round(min(max(seconds, -mostSeconds), mostSeconds) * 1e9))
}

func fillWhole(v reflect.Value, tree any) error {
	text, ok := tree.(json.Number)
	if !ok {
		return unless(false, tree, "a whole number")
	}
	if v.Kind() == reflect.Uint64 {
		n, err := strconv.ParseUint(string(text), 10, 64)
		v.SetUint(n)
		return unless(err == nil, tree, "a whole number that is not negative")
	}
	n, err := strconv.ParseInt(string(text), 10, v.Type().Bits())
	v.SetInt(n)
	return unless(err == nil, tree, "a whole number")
}

func fillList(v reflect.Value, tree any) error {
	list, ok := tree.([]any)
	if !ok {
		return unless(false, tree, "a list")
	}
	if len(list) > longestList {
		return fmt.Errorf("found a list of %d, expected %d at most", len(list), longestList)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, item := range list {
		forget(v.Index(i))
		if err := fill(v.Index(i), item); err != nil {
			return err
		}
	}
	return nil
}

func fillMap(v reflect.Value, tree any) error {
	object, ok := tree.(map[string]any)
	if !ok {
		return unless(false, tree, "an object")
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(object)))
	for key, item := range object {
		value := reflect.New(v.Type().Elem()).Elem()
		forget(value)
		if err := fill(value, item); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		v.SetMapIndex(reflect.ValueOf(key), value)
	}
	return nil
}

func fillStruct(v reflect.Value, tree any) error {
	object, ok := tree.(map[string]any)
	if !ok {
		return unless(false, tree, "an object")
	}
	for i := range v.NumField() {
		part := v.Type().Field(i)
		key := keyOf(part.Name)
		if part.Anonymous && object[key] != nil {
			forget(v.Field(i))
		}
		if err := fill(v.Field(i), object[key]); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}
