package fed

import "optwatch/optimizers"

// each calls f for 0 … n−1, in any order or several at a time, and returns an error
// of one of them. What an average comes to is the same for all of these.
type each func(n int, f func(i int) error) error

// mostParts is into how many parts an average is divided that several may work at.
const mostParts = 64

// among makes the calls on the processors that are free.
func among(o optimizers.Divisible) each {
	return func(n int, f func(i int) error) error {
		return o.Each(n, func(_ optimizers.Divisible, i int) error { return f(i) })
	}
}

// inOrder makes the calls one by one.
var inOrder each = func(n int, f func(i int) error) error {
	for i := range n {
		if err := f(i); err != nil {
			return err
		}
	}
	return nil
}
