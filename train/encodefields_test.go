package train

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// Every field of a state has a number of its own before it is encoded, so that
// one which is left out is noticed.
func TestEveryFieldIsEncoded(t *testing.T) {
	want := new(RunState)
	next := 0
	fill(t, reflect.ValueOf(want).Elem(), &next)
	for k := range want.Federation.Clients { // they follow from the partition, and from who is there
		want.Federation.Clients[k].Classes, want.Federation.Clients[k].Machine = nil, view.Machine{}
	}
	got, err := DecodeState(want.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// What an earlier version has written is read: all but what it knew nothing of.
func TestEarlierVersionIsRead(t *testing.T) {
	want := new(RunState)
	next := 0
	fill(t, reflect.ValueOf(want).Elem(), &next)
	want.Problem.Model = "net"
	c := &coder{version: firstVersion}
	c.state(want)
	got, err := DecodeState(c.buf)
	if err != nil {
		t.Fatal(err)
	}
	want.Problem.Settings = ModelSettings{Hidden: "200,200", Precision: "float64"} // there were no others
	for k := range want.Federation.Clients {
		client := &want.Federation.Clients[k]
		client.Classes, client.Drifted, client.Machine = nil, 0, view.Machine{} // the machine is known to the transport
	}
	clear(want.Probe.Watch.Ended[:])
	for _, d := range []*view.Diagnosis{&got.Probe.View, got.Diagnosis} {
		if !math.IsNaN(d.Plateau.Start) {
			t.Errorf("the loss at the start is read as %g, though nobody wrote it", d.Plateau.Start)
		}
		d.Plateau.Start = 0 // NaN is equal to nothing
	}
	for _, d := range []*view.Diagnosis{&want.Probe.View, want.Diagnosis} {
		d.Plateau.Start = 0
		d.Plateau.Searching, d.Plateau.Gap, d.Curvature.Share = false, nil, 1
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for _, version := range []int{firstVersion - 1, stateVersion + 1} {
		c := &coder{version: version}
		c.state(want)
		if _, err := DecodeState(c.buf); err == nil {
			t.Errorf("version %d is read", version)
		}
	}
}

// fill sets every number that can be reached to another one.
func fill(t *testing.T, v reflect.Value, next *int) {
	*next++
	switch v.Interface().(type) {
	case view.State, view.EventKind, view.ClientState, view.Condition: // there are few of each
		v.SetInt(1)
		return
	case optimizers.Saved:
		v.Set(reflect.ValueOf(optimizers.Saved{fmt.Sprint(*next): {float64(*next)}}))
		return
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*next))
	case reflect.Uint64:
		v.SetUint(uint64(*next))
	case reflect.Float64:
		v.SetFloat(float64(*next))
	case reflect.String:
		v.SetString(fmt.Sprint(*next))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), next)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), next)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), next)
		}
	default:
		t.Fatalf("a state has a %s", v.Type())
	}
}

// The settings of a linear model were not written before there was a choice, or empty:
// its mini-batches were in float64.
func TestEarlierPrecisionIsRead(t *testing.T) {
	for version := firstVersion; version <= stateVersion; version++ {
		want := new(RunState)
		next := 0
		fill(t, reflect.ValueOf(want).Elem(), &next)
		want.Problem.Model, want.Problem.Settings = "softmax", ModelSettings{}
		c := &coder{version: version}
		c.state(want)
		got, err := DecodeState(c.buf)
		if err != nil {
			t.Fatal(err)
		}
		if s := got.Problem.Settings; s != (ModelSettings{Precision: "float64"}) {
			t.Errorf("version %d: the settings are %+v", version, s)
		}
	}
}
