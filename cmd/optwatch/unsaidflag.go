package main

import (
	"errors"
	"strconv"

	"github.com/spf13/pflag"
)

// unsaid is the value of an unsaidFlag that is not given.
const unsaid = -1

// unsaidFlag is a whole number from 0 on that is no number by default: what holds
// then, its help says in words. It is unsaid where it is not given.
type unsaidFlag int

var _ pflag.Value = (*unsaidFlag)(nil)

// String is the number in digits, and nothing where it is not given.
func (f *unsaidFlag) String() string {
	if *f == unsaid {
		return ""
	}
	return strconv.Itoa(int(*f))
}

// Set takes a whole number from 0 on.
func (f *unsaidFlag) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err == nil && n < 0 {
		err = errors.New("want a whole number, from 0 on")
	}
	if err == nil {
		*f = unsaidFlag(n)
	}
	return err
}

// Type is that of numbers that are at least 0.
func (*unsaidFlag) Type() string { return "uint64" }

// unsaidVar adds a flag that is not given to those of a command.
func unsaidVar(fs *pflag.FlagSet, p *int, name, usage string) {
	*p = unsaid
	fs.Var((*unsaidFlag)(p), name, usage)
}
