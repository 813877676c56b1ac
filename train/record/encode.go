package record

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// encode is a value of package view, or made of such, as JSON for people who
// query a record as well as for decode: fields by their names in lower snake
// case, constants as words, times in seconds. JSON has numbers alone for what is
// finite: NaN is null, the infinities are the strings "Infinity" and
// "-Infinity". A field that is empty (no text, no list, nothing pointed at,
// false, NaN) is left out, and so is an embedded part that is zero.
func encode(v any) string { return string(appendValue(nil, reflect.ValueOf(v))) }

const (
	infinity      = "Infinity"
	minusInfinity = "-Infinity"
)

var durationType = reflect.TypeFor[time.Duration]()

func appendValue(b []byte, v reflect.Value) []byte {
	if list, ok := words[v.Type()]; ok {
		if i := v.Int(); i < 0 || i >= int64(len(list)) {
			panic(fmt.Sprintf("record: there is no word for %v(%d)", v.Type(), i))
		}
		return appendString(b, list[v.Int()])
	}
	if v.Type() == durationType {
		return appendFloat(b, time.Duration(v.Int()).Seconds())
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Uint64:
		return strconv.AppendUint(b, v.Uint(), 10)
	case reflect.Float64:
		return appendFloat(b, v.Float())
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Pointer:
		return appendValue(b, v.Elem())
	case reflect.Slice:
		return appendList(b, v)
	case reflect.Map:
		return appendMap(b, v)
	case reflect.Struct:
		return appendStruct(b, v)
	}
	panic(fmt.Sprintf("record: %v cannot be written", v.Type()))
}

func appendFloat(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "null"...)
	case math.IsInf(f, 1):
		return appendString(b, infinity)
	case math.IsInf(f, -1):
		return appendString(b, minusInfinity)
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}

// appendString writes a text; what is no UTF-8 in it becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic("record: " + err.Error())
	}
	return append(b, text...)
}

func appendList(b []byte, v reflect.Value) []byte {
	b = append(b, '[')
	for i := range v.Len() {
		b = appendValue(comma(b, i), v.Index(i))
	}
	return append(b, ']')
}

// appendMap writes the values by their keys, in the order of these.
func appendMap(b []byte, v reflect.Value) []byte {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	b = append(b, '{')
	for i, key := range keys {
		b = append(appendString(comma(b, i), key.String()), ':')
		b = appendValue(b, v.MapIndex(key))
	}
	return append(b, '}')
}

func appendStruct(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	written := 0
	for i := range v.NumField() {
		field := v.Field(i)
		if empty(field) || v.Type().Field(i).Anonymous && field.IsZero() {
			continue
		}
		b = append(appendString(comma(b, written), keyOf(v.Type().Field(i).Name)), ':')
		b = appendValue(b, field)
		written++
	}
	return append(b, '}')
}

func comma(b []byte, before int) []byte {
	if before > 0 {
		return append(b, ',')
	}
	return b
}

// empty says whether a field is left out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Float64:
		return math.IsNaN(v.Float())
	case reflect.Bool, reflect.String, reflect.Pointer, reflect.Slice, reflect.Map:
		return v.IsZero()
	}
	return false
}

// keyOf is the name of a field in lower snake case: GradNorm is grad_norm, LR is lr.
func keyOf(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if lower && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		lower = !unicode.IsUpper(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
