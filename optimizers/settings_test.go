package optimizers

import (
	"reflect"
	"strings"
	"testing"
)

// Settings are the exported numbers of a part and of the parts in it, and
// nothing that it carries from step to step.
func TestSettings(t *testing.T) {
	svrg := &SVRG{M: 7, Batch: 3, Stored: true, left: 5, mu: []float64{1}}
	for _, c := range []struct {
		part any
		want []Setting
	}{
		{svrg, []Setting{{"M", 7}, {"Batch", 3}, {"Second", 0}, {"Stored", 1}}},
		{&AMSGrad{Adam: Adam{Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, t: 4}}, []Setting{{"Beta1", 0.9}, {"Beta2", 0.99}, {"Eps", 1e-8}}},
		{&Full{}, nil},
		{Constant{}, nil},
		{WarmUp{Steps: 5, Then: Strong{T0: 1.0 / 3}}, []Setting{{"Steps", 5}, {"Then.T0", 1.0 / 3}}},
	} {
		if got := Settings(c.part); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%T: got %v, want %v", c.part, got, c.want)
		}
		if err := SameSettings(c.part, c.want); err != nil {
			t.Error(err)
		}
	}
	for want, were := range map[string][]Setting{
		"has 4 settings, there were 3":        {{"M", 7}, {"Batch", 3}, {"Second", 0}},
		"has Batch where there was B":         {{"M", 7}, {"B", 3}, {"Second", 0}, {"Stored", 1}},
		"has M = 7, it was 7.000000000000001": {{"M", 7.000000000000001}, {"Batch", 3}, {"Second", 0}, {"Stored", 1}},
	} {
		if err := SameSettings(svrg, were); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A schedule takes settings of its own kind, whole where they are whole, and is
// another one then.
func TestWithSettings(t *testing.T) {
	was := WarmUp{Steps: 5, Then: Cosine{Steps: 100}}
	got, err := WithSettings(was, []Setting{{"Steps", 7}, {"Then.Steps", 123.5}})
	if want := (WarmUp{Steps: 7, Then: Cosine{Steps: 123.5}}); err != nil || got != Schedule(want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if was.Steps != 5 || was.Then != Schedule(Cosine{Steps: 100}) {
		t.Errorf("what was there has become %v", was)
	}
	for want, to := range map[string][]Setting{
		"Steps cannot be 7.5":                 {{"Steps", 7.5}, {"Then.Steps", 1}},
		"do not have Then.Steps at its place": {{"Steps", 7}},
		`has no setting "T0"`:                 {{"Steps", 7}, {"Then.Steps", 1}, {"T0", 1}},
	} {
		if _, err := WithSettings(was, to); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
