package partition

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"

	"optwatch/train/data"
)

var readMNIST = sync.OnceValues(func() (*data.Dataset, error) {
	return data.Open(context.Background(), data.Options{Name: "mnist", Dir: os.Getenv("OPTWATCH_DATA"), Val: 0}, nil)
})

// mnist is the 60,000 training rows of MNIST, or the test is skipped.
func mnist(t *testing.T, clients int) Population {
	t.Helper()
	dir := os.Getenv("OPTWATCH_DATA")
	ready := func(l data.Listing) bool { return l.Name == "mnist" && l.Ready }
	switch {
	case dir == "":
		t.Skip("OPTWATCH_DATA has no MNIST: it is not set")
	case !slices.ContainsFunc(data.List(dir), ready):
		t.Skip("OPTWATCH_DATA has no MNIST: it lacks some of the four files in its folder mnist")
	}
	d, err := readMNIST()
	if err != nil {
		t.Fatal(err)
	}
	return Population{Labels: d.Train.Labels, Classes: len(d.Classes), Examples: d.Train.Len(), Clients: clients}
}
