package main

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"optwatch/optimizers"
)

// countFlag is a number of things as people write it: 400000, 400k, 2.5M or 1e6.
type countFlag int64

var _ pflag.Value = (*countFlag)(nil)

// String is the number in digits.
func (f *countFlag) String() string { return strconv.FormatInt(int64(*f), 10) }

// Set takes a whole number of things.
func (f *countFlag) Set(text string) error {
	number := strings.NewReplacer("k", "e3", "m", "e6", "g", "e9").Replace(strings.ToLower(text)) // 1.005k is then read as a whole number
	v, err := optimizers.Decimal(number)
	if err != nil || math.Abs(v) >= 1<<53 || v != math.Trunc(v) {
		return errors.New("want a whole number, as 64, 400k, 2.5M or 1e6")
	}
	*f = countFlag(v)
	return nil
}

// Type is what help calls its values.
func (*countFlag) Type() string { return "count" }
