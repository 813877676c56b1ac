//go:build unix

package main

import (
	"bytes"
	"os"
	"testing"
)

// Whoever reads what is printed may have seen enough before its end, as head has:
// nothing is wrong then, and nothing is said.
func TestOutputThatNobodyReads(t *testing.T) {
	state := t.TempDir()
	for _, args := range [][]string{
		{"config", "keys"},
		{"config"},
		{"config", "explain"},
		{"config", "example"},
		{"help", "recipes"},
		{"runs"},
		{"data", "list"},
		{"data", "info", "digits"},
		{"devices", "--once"},
		{"completion", "bash"},
		{"--help"},
		{"lab"},
		{"run", "--record", "none", "--headless", "--data", "digits", "--run", "sgd", "--passes", "1"},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		var errOut bytes.Buffer
		c := program(t, state, args...)
		c.Stdout, c.Stderr = w, &errOut
		_ = c.Run() // its status is of no matter to who has gone
		w.Close()
		if errOut.Len() > 0 && args[0] != "data" && args[0] != "run" || bytes.Contains(errOut.Bytes(), []byte("pipe")) {
			t.Errorf("%q says %q", args, errOut.String())
		}
	}
}
