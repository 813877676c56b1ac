package client

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"testing"
)

// The digest of a small update, made by hand of the bytes that the doc lists.
func TestDigest(t *testing.T) {
	u := Update{
		Round: 1, Attempt: 2, Client: 3, Delta: []float64{1, -2}, Examples: 4, Steps: 5, Evaluations: 6, Loss: 0.5, LossHidden: true, Time: 0.25,
		Clipped: 7, Contributions: 8, Signal: 2, Failed: "late",
	}
	const (
		wholes  = "0100000000000000" + "0200000000000000" + "0300000000000000" + "0400000000000000" + "0500000000000000" + "0600000000000000" + "0700000000000000" + "0800000000000000"
		hidden  = "0100000000000000"
		reals   = "000000000000e03f" + "000000000000d03f" + "0000000000000040"
		lengths = "0400000000000000" + "0200000000000000"
		failed  = "6c617465"
		delta   = "000000000000f03f" + "00000000000000c0"
	)
	bytes, err := hex.DecodeString(wholes + hidden + reals + lengths + failed + delta)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(bytes)
	if got, want := u.Digest(), hex.EncodeToString(sum[:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Every field is part of the digest.
func TestDigestHoldsEverything(t *testing.T) {
	seen := map[string]string{Update{}.Digest(): "nothing"}
	for i := range reflect.TypeFor[Update]().NumField() {
		var u Update
		switch f := reflect.ValueOf(&u).Elem().Field(i); f.Interface().(type) {
		case int:
			f.SetInt(1)
		case float64:
			f.SetFloat(1)
		case bool:
			f.SetBool(true)
		case string:
			f.SetString("late")
		case []float64:
			f.Set(reflect.ValueOf([]float64{1}))
		default:
			t.Fatalf("%s is of a type that is not examined", reflect.TypeFor[Update]().Field(i).Name)
		}
		name := reflect.TypeFor[Update]().Field(i).Name
		if other, ok := seen[u.Digest()]; ok {
			t.Errorf("%s makes the same difference as %s", name, other)
		}
		seen[u.Digest()] = name
	}
	if len(seen) != reflect.TypeFor[Update]().NumField()+1 {
		t.Errorf("%d digests", len(seen))
	}
}
