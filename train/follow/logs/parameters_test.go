package logs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func parametersText(p []Parameter) []string {
	var out []string
	for _, q := range p {
		out = append(out, q.Key+": "+q.Text)
	}
	return out
}

func TestReadsYAMLParameters(t *testing.T) {
	for _, c := range []struct {
		what, text string
		want       []string
	}{
		{"Lightning's hparams.yaml", "lr: 1.0e-05\nlayers:\n- 64\n- 64\nnote: null\nempty:\nfn: !!python/name:torch.relu ''\nname: 'a b'\n", []string{
			"lr: 1.0e-05", "layers: [64, 64]", "note: null", "empty: null", "fn: ", "name: a b",
		}},
		{"W&B's config.yaml", "wandb_version: 1\n\n_wandb:\n  desc: null\n  value:\n    cli_version: 0.2\nlr:\n  desc: null\n  value: 0.1\nopt:\n  value:\n    name: sgd\n", []string{
			"wandb_version: 1", "lr: 0.1", "opt.name: sgd",
		}},
		{"what lies in something else", "a:\n  b:\n    c: 1\n  d: {}\n  e: [{x: 1}, 2]\n  value: 3\n", []string{"a.b.c: 1", "a.d: {}", "a.e.0.x: 1", "a.e.1: 2", "a.value: 3"}},
		{"aliases", "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n", []string{"a.b: 1", "c.b: 1", "d.b: 1", "d.e: 2"}},
		{"many lines", "a: |\n  one\n  two\n", []string{"a: one two"}},
		{"nothing", "", nil},
		{"a comment", "# none\n", nil},
	} {
		got, err := yamlParameters([]byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		if got := parametersText(got); !slices.Equal(got, c.want) {
			t.Errorf("%s: reads %q, want %q", c.what, got, c.want)
		}
	}
}

func TestReadsJSONParameters(t *testing.T) {
	got, err := jsonParameters([]byte(`{"lr": 1e-05, "on": true, "no": null, "nan": NaN, "name": "a\u0062", "net": {"sizes": [64, "x"], "deep": {}, "l": [{"k": 1}, [2, 3], 4]}, "lr": 2}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"lr: 2", "on: true", "no: null", "nan: NaN", "name: ab", "net.sizes: [64, x]", "net.l.0.k: 1", "net.l.1: [2, 3]", "net.l.2: 4"}
	if got := parametersText(got); !slices.Equal(got, want) {
		t.Errorf("reads %q, want %q", got, want)
	}
}

func TestHostileParameters(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, {k: 1}]\n"
	for c := 'b'; c <= 'i'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), c-1)
	}
	got, err := yamlParameters([]byte(bomb))
	if err != nil || len(got) > mostParameters || len(got) < 10 {
		t.Errorf("a bomb of aliases gives %d parameters and %v, want some and at most %d", len(got), err, mostParameters)
	}
	got, err = yamlParameters([]byte("a: &a {" + strings.Repeat("<<: *a, ", 20) + "b: 1}\n"))
	if err != nil || len(got) != 1 {
		t.Errorf("a mapping that is merged with itself gives %q and %v, want what else is in it", got, err)
	}
	for _, text := range []string{
		strings.Repeat("[", 10_000), strings.Repeat("{a: ", 10_000), "- a\n- b\n", "just words", "a: *nothing", "a: b: c", "\x00\x00", "a: [1,\n", "\xff\xff",
	} {
		if got, err := yamlParameters([]byte(text)); err == nil {
			t.Errorf("%.20q is read as %q", text, got)
		}
	}
	for _, text := range []string{
		strings.Repeat(`{"a":`, 10_000), `{"a":` + strings.Repeat("[", 10_000), `{"a":1`, `[1]`, `{"a":1}x`, "",
	} {
		if got, err := jsonParameters([]byte(text)); err == nil {
			t.Errorf("%.20q is read as %q", text, got)
		}
	}
	deep, _ := yamlParameters([]byte(strings.Repeat("{a: ", 30) + "1" + strings.Repeat("}", 30)))
	if len(deep) != 1 || strings.Count(deep[0].Key, ".") != deepestParameters-1 {
		t.Errorf("30 levels deep it reads %q, want one key of %d parts", deep, deepestParameters)
	}
	long, _ := yamlParameters([]byte("a: \"" + strings.Repeat("é", 2000) + "\"\n"))
	if len(long) != 1 || long[0].Text != strings.Repeat("é", longestParameter/2)+"…" {
		t.Errorf("a long text is %d bytes", len(long[0].Text))
	}
}

func FuzzParameters(f *testing.F) {
	f.Add([]byte("lr:\n  desc: null\n  value: 0.1\nl: [1, {a: *x}]\nb: &x {c: 1}\n<<: *x\n"))
	f.Add([]byte(`{"lr": 1e-05, "net": {"sizes": [64, "x"], "l": [{"k": NaN}, [2], "\ud83d"]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func([]byte) ([]Parameter, error){yamlParameters, jsonParameters} {
			found, _ := read(data)
			if len(found) > mostParameters {
				t.Errorf("%d parameters", len(found))
			}
			for _, p := range found {
				if len(p.Key) > longestParameter || len(p.Text) > longestParameter+len("…") || strings.Contains(p.Text, "\n") {
					t.Errorf("parameter %q", p)
				}
			}
		}
	})
}
