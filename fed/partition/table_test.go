package partition

import (
	"math"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		word          string
		want          Scheme
		canon, titled string
	}{
		{"iid", IID{}, "iid", "IID"},
		{"classes", ClassRing{K: 2}, "classes-2", "2 classes each"},
		{"classes-1", ClassRing{K: 1}, "classes-1", "1 class each"},
		{"shards", Shards{K: 2}, "shards-2", "2 shards each"},
		{"shards-1", Shards{K: 1}, "shards-1", "1 shard each"},
		{"dirichlet", Dirichlet{Alpha: 0.5}, "dirichlet", "Dirichlet α = 0.5 per class"},
		{"dirichlet-client", DirichletClient{Alpha: 0.5}, "dirichlet-client", "Dirichlet α = 0.5 per client"},
		{"sizes", Sizes{A: 1}, "sizes-1", "sizes ∝ rank^−1"},
		{"sizes-1.5", Sizes{A: 1.5}, "sizes-1.5", "sizes ∝ rank^−1.5"},
		{"sizes-0", Sizes{}, "sizes-0", "equal sizes"},
	} {
		got := mustParse(t, c.word, 0.5)
		if got != c.want || got.String() != c.canon || got.Title() != c.titled {
			t.Errorf("%s: got %#v, %q, %q", c.word, got, got, got.Title())
		}
		if again := mustParse(t, got.String(), 0.5); again != got {
			t.Errorf("%s: its word %v reads as %#v", c.word, got, again)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const list = "expected one of iid, classes[-k], shards[-k], dirichlet, dirichlet-client, sizes[-a]"
	for _, c := range []struct {
		word  string
		alpha float64
		want  string
	}{
		{"", 1, `partition "": ` + list},
		{"noniid", 1, `partition "noniid": ` + list},
		{"dirichlet-0.5", 1, `partition "dirichlet-0.5": ` + list},
		{"iid-2", 1, `partition "iid-2": ` + list},
		{"classes-", 1, `partition classes-: k is a whole number of at least 1, got ""`},
		{"classes-0", 1, `partition classes-0: k is a whole number of at least 1, got "0"`},
		{"shards-1.5", 1, `partition shards-1.5: k is a whole number of at least 1, got "1.5"`},
		{"sizes-x", 1, `partition sizes-x: a is a number, got "x"`},
		{"sizes-0x1p-1", 1, `partition sizes-0x1p-1: a is a number, got "0x1p-1"`},
		{"sizes-1_0", 1, `partition sizes-1_0: a is a number, got "1_0"`},
		{"sizes-NaN", 1, `partition sizes-NaN: the exponent a must be from 0 to 10, got NaN`},
		{"sizes--1", 1, `partition sizes--1: the exponent a must be from 0 to 10, got -1`},
		{"dirichlet", 0, `partition dirichlet: alpha must be from 1e-6 to 1e6, got 0`},
		{"dirichlet-client", math.Inf(1), `partition dirichlet-client: alpha must be from 1e-6 to 1e6, got +Inf`},
		{"dirichlet", math.NaN(), `partition dirichlet: alpha must be from 1e-6 to 1e6, got NaN`},
	} {
		got, err := Parse(c.word, c.alpha)
		if err == nil || err.Error() != c.want || got != nil {
			t.Errorf("%s: got %v, %v, want %s", c.word, got, err, c.want)
		}
	}
}

// Every entry has its texts in one line, and those with a number or α say so.
func TestEntries(t *testing.T) {
	for _, w := range Schemes() {
		if w.Title == "" || w.Doc == "" || strings.ContainsAny(w.Title+w.Doc, "\n") {
			t.Errorf("%s: got title %q, doc %q", w.Name, w.Title, w.Doc)
		}
		if _, err := Parse(w.Name, 0); (err != nil) != w.Alpha {
			t.Errorf("%s: Alpha is %v, but an α of 0 gives %v", w.Name, w.Alpha, err)
		}
		if _, err := Parse(w.Name+"-3", 1); (err == nil) != (w.Number != "") {
			t.Errorf("%s: Number is %q, but %s-3 gives %v", w.Name, w.Number, w.Name, err)
		}
	}
}

func TestSchemesRefuse(t *testing.T) {
	labels := balanced(30, 10)
	for _, c := range []struct {
		d    Scheme
		pop  Population
		want string
	}{
		{IID{}, Population{nil, 0, 30, 0}, "partition iid: there must be at least 1 client, got 0"},
		{IID{}, Population{nil, 0, 30, 31}, "partition iid: 31 clients are more than the 30 examples"},
		{Sizes{1}, Population{nil, 0, 30, 31}, "partition sizes-1: 31 clients are more than the 30 examples"},
		{Sizes{-1}, Population{nil, 0, 30, 3}, "partition sizes--1: the exponent a must be from 0 to 10, got -1"},
		{ClassRing{2}, Population{nil, 0, 30, 3}, "partition classes-2: it needs class labels; iid and sizes do not"},
		{Shards{2}, Population{nil, 0, 30, 3}, "partition shards-2: it needs class labels; iid and sizes do not"},
		{Dirichlet{1}, Population{nil, 0, 30, 3}, "partition dirichlet: it needs class labels; iid and sizes do not"},
		{DirichletClient{1}, Population{nil, 0, 30, 3}, "partition dirichlet-client: it needs class labels; iid and sizes do not"},
		{Dirichlet{1}, Population{labels, 10, 30, 31}, "partition dirichlet: 31 clients are more than the 30 examples"},
		{DirichletClient{1}, Population{labels, 10, 30, 31}, "partition dirichlet-client: 31 clients are more than the 30 examples"},
		{Dirichlet{}, Population{labels, 10, 30, 3}, "partition dirichlet: alpha must be from 1e-6 to 1e6, got 0"},
		{DirichletClient{}, Population{labels, 10, 30, 3}, "partition dirichlet-client: alpha must be from 1e-6 to 1e6, got 0"},
		{ClassRing{}, Population{labels, 10, 30, 3}, "partition classes-0: k must be at least 1"},
		{ClassRing{11}, Population{labels, 10, 30, 3}, "partition classes-11: there are only 10 classes"},
		{ClassRing{3}, Population{labels, 10, 30, 3}, "partition classes-3: 3 × 3 classes leave rows of the 10 classes without an owner; take more clients or a larger k"},
		{ClassRing{2}, Population{labels, 10, 30, 20}, "partition classes-2: class 0 has 3 examples for the 4 clients that hold it"},
		{ClassRing{2}, Population{labels, 11, 30, 11}, "partition classes-2: class 10 has 0 examples for the 2 clients that hold it"},
		{Shards{}, Population{labels, 10, 30, 3}, "partition shards-0: k must be at least 1"},
		{Shards{8}, Population{labels, 10, 30, 4}, "partition shards-8: 8 shards for each of 4 clients are more than the 30 examples"},
	} {
		if err := c.d.Check(c.pop); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
		if p, err := c.d.Split(c.pop, seeded(1)); err == nil || err.Error() != c.want || p != nil {
			t.Errorf("Split: got %v, want %s", err, c.want)
		}
	}
}

// A population that contradicts itself is its maker's mistake.
func TestPopulationPanics(t *testing.T) {
	for want, pop := range map[string]Population{
		"partition: 2 labels for 3 examples":         {[]int32{0, 1}, 2, 3, 1},
		"partition: row 1 has label 2 of 2 classes":  {[]int32{0, 2}, 2, 2, 1},
		"partition: row 0 has label -1 of 2 classes": {[]int32{-1, 1}, 2, 2, 1},
	} {
		wantPanic(t, want, func() { _, _ = Shards{K: 1}.Split(pop, seeded(1)) })
	}
}

func wantPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		if got := recover(); got != want {
			t.Errorf("got panic %v, want %s", got, want)
		}
	}()
	f()
}
