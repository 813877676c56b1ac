// Package unasked keeps a program from asking its terminal for the colour of its
// background before it has begun.
//
// Bubble Tea asks when it is initialised, and waits five seconds for the answer of
// a terminal that gives none; what is typed meanwhile is taken for one. Nothing on
// our screens depends on the answer. Termenv, through which it asks, asks no
// terminal where the variable CI is set: so that is set until all packages are
// initialised.
//
// The language initialises packages in the order of their import paths, each once
// those that it imports are. This one imports nothing but os, and comes before
// os/signal, without which Bubble Tea cannot begin.
package unasked

import "os"

const variable = "CI"

var set = func() bool {
	_, there := os.LookupEnv(variable)
	return !there && os.Setenv(variable, "1") == nil
}()

// Over takes back what was changed. A package that imports Bubble Tea calls it
// when it is initialised itself.
func Over() {
	if set {
		_ = os.Unsetenv(variable)
		set = false
	}
}
