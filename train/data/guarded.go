package data

import (
	"fmt"
	"runtime/debug"
)

// guarded makes a panic of some work its error. Data is read by several goroutines,
// in none of which a panic may end the program: a screen is on its terminal.
func guarded(work func() error) func() error {
	return func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return work()
	}
}
