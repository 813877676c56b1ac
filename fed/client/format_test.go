package client

import (
	"encoding/json"
	"reflect"
	"testing"

	"optwatch/optimizers/matrix"
)

// The form in which values travel. A name that changes is read as nothing by
// whoever knows the old one: that takes another Version.
func TestForm(t *testing.T) {
	for _, c := range []struct {
		value, empty any
		text         string
	}{
		{
			&Task{
				Version: Version, Round: 7, Attempt: 2, Client: 3, Theta: []float64{0.1, -2}, Plan: Plan{Epochs: 5, Batch: 64, Poisson: true}, LR: 0.05,
				Rule: Rule{"momentum", map[string]string{"momentum": "0.9", "dampening": "0"}}, L2: 0.001, Spans: []matrix.Span{{Lo: 0, Hi: 1}},
				Mu: 0.1, Variates: &Variates{Server: []float64{1, 2}, Client: []float64{3, 4}}, Clip: 1, Noise: 2.5,
				Batches: Stream{Seed: 1, Number: 18446744073709551615}, NoiseStream: Stream{Seed: 1, Number: 2, Key: []byte{0, 255}},
				Partial: true, Clock: Clock{Unit: 600, Slowness: 4, Deadline: 1.5}, BreaksOff: 9,
			},
			&Task{},
			`{"Version":1,"Round":7,"Attempt":2,"Client":3,"Theta":[0.1,-2],"Plan":{"Epochs":5,"Batch":64,"Poisson":true},"LR":0.05,` +
				`"Rule":{"Name":"momentum","Settings":{"dampening":"0","momentum":"0.9"}},"L2":0.001,"Spans":[{"Lo":0,"Hi":1}],"Mu":0.1,` +
				`"Variates":{"Server":[1,2],"Client":[3,4]},"Clip":1,"Noise":2.5,"Batches":{"Seed":1,"Number":18446744073709551615,"Key":null},` +
				`"NoiseStream":{"Seed":1,"Number":2,"Key":"AP8="},"Partial":true,"Clock":{"Unit":600,"Slowness":4,"Deadline":1.5},"BreaksOff":9}`,
		},
		{
			&Update{
				Round: 7, Attempt: 2, Client: 3, Delta: []float64{0.25, -1e-300}, Examples: 600, Steps: 50, Evaluations: 3000, Loss: 0.3, Time: 1.25,
				Clipped: 12, Contributions: 2990, Signal: 4.5, Failed: Late,
			},
			&Update{},
			`{"Round":7,"Attempt":2,"Client":3,"Delta":[0.25,-1e-300],"Examples":600,"Steps":50,"Evaluations":3000,"Loss":0.3,"Time":1.25,` +
				`"Clipped":12,"Contributions":2990,"Signal":4.5,"Failed":"late"}`,
		},
		{
			&Progress{Round: 7, Attempt: 2, Client: 3, Steps: 4, Evaluations: 256, Loss: 0.5, Time: 0.125},
			&Progress{},
			`{"Round":7,"Attempt":2,"Client":3,"Steps":4,"Evaluations":256,"Loss":0.5,"Time":0.125}`,
		},
	} {
		text, err := json.Marshal(c.value)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != c.text {
			t.Errorf("got  %s\nwant %s", text, c.text)
		}
		if err := json.Unmarshal([]byte(c.text), c.empty); err != nil || !reflect.DeepEqual(c.empty, c.value) {
			t.Errorf("it is read as %+v, %v; want %+v", c.empty, err, c.value)
		}
	}
}
