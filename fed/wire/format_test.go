package wire

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"optwatch/fed/client"
)

// The form in which values travel. A name that changes is read as nothing by
// whoever knows the old one: clients and coordinators of other versions of the
// program are refused, but only if they can read each other's hello and welcome.
func TestForm(t *testing.T) {
	ask, _ := asked(client.Task{
		Version: 1, Round: 7, Attempt: 2, Client: 3, Theta: nil, LR: 0.05, Rule: client.Rule{Name: "sgd"}, Variates: &client.Variates{Server: []float64{1}, Client: []float64{2}},
	}, []float64{0.5})
	ask.Epoch, ask.Said = 4, 6
	answer, _ := AnswerOf("1", "ab", client.Update{Round: 7, Attempt: 2, Client: 3, Delta: []float64{0.25}, Examples: 600, Steps: 50, Evaluations: 3000})
	for _, c := range []struct {
		value, empty any
		text         string
	}{
		{
			&ask, &Ask{},
			`{"Run":"1","Epoch":4,"Said":6,"Task":{"Version":1,"Round":7,"Attempt":2,"Client":3,"Theta":null,"Plan":{"Epochs":0,"Batch":0,"Poisson":false},` +
				`"LR":0.05,"Rule":{"Name":"sgd","Settings":null},"L2":0,"Spans":null,"Mu":0,"Variates":null,"Clip":0,"Noise":0,` +
				`"Batches":{"Seed":0,"Number":0,"Key":null},"NoiseStream":{"Seed":0,"Number":0,"Key":null},"Partial":false,` +
				`"Clock":{"Unit":0,"Slowness":0,"Deadline":0},"BreaksOff":0},` +
				`"Theta":{"Len":1,"Sum":"4cfa5b42ca669328764e67cd9a34bb8f90b16ed7ca8d85e8443783d7ccce15ed"},` +
				`"Server":{"Len":1,"Sum":"6c3c396ed6b5c36dcae172271f462051b1266b851e92df3deea8ac65478fd712"},"Own":{"Len":1,"Sum":"3f710ac088db33363087de2b9a657541fe5447821debaa9fe5cbd538eb1a5f29"},` +
				`"Division":{"Scheme":"dirichlet","Alpha":0.5,"Clients":10,"Seed":1}}`,
		},
		{
			&answer, &Answer{},
			`{"Run":"1","Ask":"ab","Client":3,"Round":7,"Attempt":2,"Examples":600,"Steps":50,"Evaluations":3000,"Clipped":0,"Contributions":0,"Len":1,` +
				`"Digest":"c21972288ac636b9642840f46b4059e0b43089f73b59b047f5a74d698ed8aae5"}`,
		},
		{
			&Pulse{Doing: "ab", Sent: "cd", Sending: true, RoundTrip: 0.25, Load: "idle", Run: "1", Progress: &Step{Client: 1, Round: 2, Attempt: 3, Steps: 4, Evaluations: 5, Loss: 0.5, Time: 6}},
			&Pulse{},
			`{"Doing":"ab","Sent":"cd","Sending":true,"RoundTrip":0.25,"Load":"idle","Run":"1",` +
				`"Progress":{"Client":1,"Round":2,"Attempt":3,"Steps":4,"Evaluations":5,"Loss":0.5,"Time":6}}`,
		},
		{
			&Hello{
				Key: []byte{1}, Proof: []byte{2}, Nonce: []byte{3}, Name: "a", Host: "b", Version: "c", Kernels: "d", Part: -1,
				Holding: &Holding{Own: true, Digest: "e", Examples: 5, Features: 6, Counts: []int{2, 3}, Classes: 2},
			},
			&Hello{},
			`{"Key":"AQ==","Proof":"Ag==","Nonce":"Aw==","Name":"a","Host":"b","Version":"c","Kernels":"d","Part":-1,` +
				`"Holding":{"Own":true,"Digest":"e","Examples":5,"Features":6,"Counts":[2,3],"Classes":2}}`,
		},
		{
			&Welcome{
				Nonce: []byte{3}, State: Refused, Reason: "why", Client: 2, Place: "2-a", Epoch: 9,
				Terms: Terms{Version: "a", Kernels: "b", Task: 1, Data: "c", Digest: "d", Examples: 2, Storage: "dense", Features: 3, Classes: 2, Names: []string{"x", "y"}, Model: "net", L2: 0.5, Clients: 6},
			},
			&Welcome{},
			`{"Nonce":"Aw==","State":"refused","Reason":"why","Client":2,"Place":"2-a","Terms":{"Version":"a","Kernels":"b","Task":1,"Data":"c","Digest":"d",` +
				`"Examples":2,"Storage":"dense","Features":3,"Classes":2,"Names":["x","y"],"Model":"net","L2":0.5,"Clients":6},"Epoch":9}`,
		},
		{&Parcel{Vector{2, "ab"}, "name", true}, &Parcel{}, `{"Len":2,"Sum":"ab","Name":"name","Long":true}`},
		{&Halt{"3", 2, false, true}, &Halt{}, `{"Run":"3","Epoch":2,"Halted":false,"Over":true}`},
		{&Halt{"1", 2, true, false}, &Halt{}, `{"Run":"1","Epoch":2,"Halted":true}`},
		{&Life{2, "ab"}, &Life{}, `{"Epoch":2,"Process":"ab"}`},
		{&End{2, "done"}, &End{}, `{"Epoch":2,"Reason":"done"}`},
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

// A letter, the line to join by, and what names are made of a key: Ed25519 gives
// the same signature each time (RFC 8032, 5.1.6). All of these were made with Python as
// well, by hashlib, hmac and cryptography.
func TestLetterForm(t *testing.T) {
	letter := sealed(t, KindHalt, Halt{"1", 2, true, false}, Bytes([]float64{1, math.Copysign(0, -1)}))
	for _, c := range []struct{ what, got, want string }{
		{"signature", hex.EncodeToString(letter[:64]), "aecb9a9d9d49cd0f768849c0c41b1a70d5725a13c4a30a06258ffd1ac71dc445a1531956f45fda43613cdd6563a7fc15de131ceadfca79efc8cad2d60c5eb601"},
		{"length", hex.EncodeToString(letter[64:68]), "83000000"},
		{"header", string(letter[68 : len(letter)-16]), `{"Kind":"halt","Sum":"5e9d905ef08923718da5998eb8ae14dc75a714656224d3753b679523d5a268d9","Body":{"Run":"1","Epoch":2,"Halted":true}}`},
		{"payload", hex.EncodeToString(letter[len(letter)-16:]), "000000000000f03f0000000000000080"},
		{"line", lineTo("10.0.0.1:4222").String(), "10.0.0.1:4222/iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1z-_v7-_v7-_v7-_v7-_v7-"},
		{"proof", hex.EncodeToString(Proof([]byte("0123456789abcdef"), publicOf(1))), "6ffdfe7e1f699f930ad18f3bfb122e7f85054b36a8708e1ffd5124faba7a1953"},
		{"fingerprint", Fingerprint(publicOf(1)), "3475-0f98-bd59-fcfc"},
		{"federation", Federation(publicOf(1)), "34750f98bd59fcfc"},
		{"secret", SecretOf(keyOf(1)), "386bf01a130a69ce956a88bc26241b4c"},
		{"place", PlaceOf(keyOf(1), 12, publicOf(2)), "12-ec99c73cc6f1bc5dfc914b8c60b59256"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, c.got, c.want)
		}
	}
}
