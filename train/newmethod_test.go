package train

import (
	"testing"

	"optwatch/optimizers"
)

// anchored and heavy are methods that nobody knows by name: what is said of them
// in a diagnosis they declare themselves, here by what they are made of.
type (
	anchored struct{ *optimizers.SVRG }
	heavy    struct{ *optimizers.Momentum }
)

// A method that is new to the catalogue is diagnosed like those that are in it,
// and goes on from its saved state.
func TestNewMethodsAreDiagnosed(t *testing.T) {
	e := newClockless(t, 400, "softmax", 0)
	c := &e.config.Catalogue
	c.Estimators = append(c.Estimators, optimizers.Part[optimizers.Estimator]{
		Name: "anchored", Replace: true,
		New: func(optimizers.Values) optimizers.Estimator {
			return anchored{&optimizers.SVRG{M: 50, Batch: 2}}
		},
	})
	c.Rules = append(c.Rules, optimizers.Part[optimizers.Rule]{
		Name: "heavy", LR: 0.01, New: func(optimizers.Values) optimizers.Rule { return heavy{&optimizers.Momentum{Mu: 0.5}} },
	})
	r, err := begun(e, "anchored+heavy")
	if err != nil {
		t.Fatal(err)
	}
	s := e.savedAt(r, 3000)
	v := s.Diagnosis
	if v.Snapshot == nil || v.Snapshot.Every != 50 || v.Variance == nil || v.Curvature.Law != "2(1+β)/L" || v.Curvature.Limit != 3/v.Curvature.L.Value {
		t.Errorf("the diagnosis is %+v", v)
	}
	second, err := e.restore(through(t, s), 1, r.name)
	if err != nil {
		t.Fatal(err)
	}
	e.read = nil
	e.run(second, 6000)
	sameState(t, "anchored+heavy", second.save(), r.save())
}
