package record

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/view"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

// filler fills all fields of a value, each with another value than its kind has
// where nothing is known.
type filler struct{ n int }

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
		if list, ok := words[v.Type()]; ok {
			v.SetInt(int64(1 + f.n%(len(list)-1)))
		}
	case reflect.Uint64:
		v.SetUint(math.MaxUint64 - uint64(f.n))
	case reflect.Float64:
		v.SetFloat([]float64{1 / float64(f.n), math.Inf(1), math.Inf(-1), 1e300, math.Copysign(0, -1), 5e-324}[f.n%6])
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d \"<\x1b\u2028", f.n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"train/loss", "\"", "none"} {
			value := reflect.New(v.Type().Elem()).Elem()
			f.fill(value)
			v.SetMapIndex(reflect.ValueOf(key), value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	default:
		panic(v.Type())
	}
}

// filled is a pointer to a value of the same type all of whose fields are filled.
func filled[T any]() *T {
	v := new(T)
	(&filler{}).fill(reflect.ValueOf(v).Elem())
	return v
}

func roundTrip[T any](t *testing.T, v *T) {
	t.Helper()
	text := encode(*v)
	got := new(T)
	if err := decode(text, got); err != nil {
		t.Fatalf("%T: %v in %s", v, err, text)
	}
	if !same(reflect.ValueOf(got), reflect.ValueOf(v)) {
		t.Errorf("%s: got\n%+v, want\n%+v", text, *got, *v)
	}
}

// same says whether two values are the same to the bit; NaN is itself.
func same(a, b reflect.Value) bool {
	return fmt.Sprintf("%#v", plain(a)) == fmt.Sprintf("%#v", plain(b))
}

// plain is a value without pointers, so that its text tells all of it.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Float64:
		if math.IsNaN(v.Float()) {
			return "NaN"
		}
		return math.Float64bits(v.Float())
	case reflect.Pointer:
		if !v.IsNil() {
			return plain(v.Elem())
		}
		return nil
	case reflect.Slice:
		var list []any
		for i := range v.Len() {
			list = append(list, plain(v.Index(i)))
		}
		return list
	case reflect.Map:
		m := map[string]any{}
		for _, key := range v.MapKeys() {
			m[key.String()] = plain(v.MapIndex(key))
		}
		return m
	case reflect.Struct:
		var list []any
		for i := range v.NumField() {
			list = append(list, plain(v.Field(i)))
		}
		return list
	}
	return v.Interface()
}

func TestRoundTrip(t *testing.T) {
	roundTrip(t, filled[view.Axis]())
	roundTrip(t, filled[view.Metric]())
	roundTrip(t, filled[shown]())
	roundTrip(t, filled[moment]())
	roundTrip(t, filled[[]view.Parameter]())
	roundTrip(t, &shown{})
	roundTrip(t, &view.Federation{Mu: math.NaN(), Clients: []view.Client{{ID: 1}, {Machine: view.Machine{RoundTrip: math.NaN(), Heard: 3}}, {State: view.ClientGone}}})
	roundTrip(t, &moment{Left: -time.Second, Rate: math.NaN(), Last: map[string]float64{"loss": math.NaN()}})
}

// Whoever queries a record, and every later version, relies on the keys and the
// words: what is in this file stays.
func TestKeysStay(t *testing.T) {
	text := strings.Join([]string{
		encode(*filled[view.Axis]()), encode(*filled[view.Metric]()), encode(*filled[shown]()), encode(*filled[moment]()),
	}, "\n") + "\n"
	for _, list := range []any{
		words[reflect.TypeFor[view.Format]()], words[reflect.TypeFor[view.Scaling]()], words[reflect.TypeFor[view.State]()],
		words[reflect.TypeFor[view.Pending]()], words[reflect.TypeFor[view.EventKind]()],
		words[reflect.TypeFor[view.ClientState]()], words[reflect.TypeFor[view.Condition]()],
	} {
		text += encode(list) + "\n"
	}
	text += encode(*filled[[]view.Parameter]()) + "\n"
	golden(t, "keys.jsonl", text)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// What a run and a snapshot have is in a moment or in what is shown of the whole,
// unless it stands elsewhere in the record, as path, parameters and output do, or is
// of no use for what is only played: which commands a run obeys. How clients come to
// a federation has a secret in it.
func TestNothingIsForgotten(t *testing.T) {
	lacks(t, reflect.TypeFor[moment](), reflect.TypeFor[view.Run](), "ID", "Generation", "Name", "Group", "Seed", "State", "Series", "Marks",
		"Path", "Parameters", "Output", "Accepts")
	lacks(t, reflect.TypeFor[shown](), reflect.TypeFor[view.Snapshot](),
		"Generation", "Began", "Elapsed", "Phase", "Loading", "Axes", "Metrics", "Runs", "Events", "Accepts", "Leaving", "Busy",
		"Devices", "People", "Record", "Playback", "Joining")
}

// lacks checks that a type has all fields of another but for some.
func lacks(t *testing.T, part, whole reflect.Type, but ...string) {
	t.Helper()
	var got []string
	for i := range whole.NumField() {
		if _, ok := part.FieldByName(whole.Field(i).Name); !ok {
			got = append(got, whole.Field(i).Name)
		}
	}
	if !slices.Equal(got, but) {
		t.Errorf("%v lacks %q of %v, want %q", part, got, whole, but)
	}
}

// Every constant of the kinds that are written has a word of its own.
func TestWords(t *testing.T) {
	counts := constants(t)
	for kind, list := range words {
		if got := counts[kind.Name()]; got != len(list) {
			t.Errorf("%v has %d constants, and there are %d words", kind, got, len(list))
		}
		for i, word := range list {
			if got, err := position(kind, word); word == "" || got != i || err != nil {
				t.Errorf("%v: %q is the word of %d, want %d (%v)", kind, word, got, i, err)
			}
		}
	}
}

// constants counts the constants of package view by their type.
func constants(t *testing.T) map[string]int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "view", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, path := range files {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.CONST {
				countConstants(d, counts)
			}
		}
	}
	return counts
}

func countConstants(d *ast.GenDecl, counts map[string]int) {
	kind := ""
	for _, s := range d.Specs {
		s := s.(*ast.ValueSpec)
		if name, ok := s.Type.(*ast.Ident); ok {
			kind = name.Name
		}
		counts[kind] += len(s.Names)
	}
}

func TestDecodeTakesLess(t *testing.T) {
	m := moment{Rate: 3, Settings: []view.Setting{{Key: "lr"}}}
	if err := decode(`{"of the future":[{}],"settings":[{"key":"b"}],"federation":{}}`, &m); err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(m.Rate) || len(m.Settings) != 1 || !math.IsNaN(m.Settings[0].Value) || !math.IsNaN(m.Federation.Cost.Now) || m.Diagnosis != nil {
		t.Errorf("got %+v", m)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                              "no JSON",
		`{"rate":1`:                     "no JSON",
		`{} {}`:                         "more than one",
		`[]`:                            "found [], expected an object",
		`{"rate":"fast"}`:               `rate: found "fast", expected a number`,
		`{"rate":1e999}`:                "expected a number",
		`{"left":true}`:                 "left: found true, expected a number",
		`{"pending":"perhaps"}`:         `pending: found "perhaps", expected one of ["nothing"`,
		`{"pending":1}`:                 "expected a word",
		`{"method":1}`:                  "expected a text",
		`{"settings":{}}`:               "expected a list",
		`{"at":[]}`:                     "expected an object",
		`{"federation":{"round":.5}}`:   "no JSON",
		`{"federation":{"round":1.5}}`:  "federation: round: found 1.5, expected a whole number",
		`{"federation":{"underway":1}}`: "expected true or false",
		`{"settings":[` + strings.Repeat("{},", 1e5) + `{}]}`: "a list of 100001",
		`"` + strings.Repeat("x", mostJSON) + `"`:             "bytes, expected",
	} {
		err := decode(text, &moment{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got %v, want %q", text, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, text := range []string{encode(*filled[moment]()), encode(*filled[shown]()), encode(*filled[view.Metric]()), encode(*filled[view.Axis]()), `{"at":{"a":"Infinity"}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		again(t, text, &moment{})
		again(t, text, &shown{})
		again(t, text, &view.Metric{})
		again(t, text, &view.Axis{})
	})
}

// again checks that what was read is written as a text that is read as the same.
func again[T any](t *testing.T, text string, v *T) {
	if decode(text, v) == nil {
		roundTrip(t, v)
	}
}
