package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// decimalFlag is a flag of one of Go's kinds of numbers that is read as people write
// them: 0x10, 0b1 and 1_0 are refused, and 010 is ten.
type decimalFlag struct{ pflag.Value }

// errNotDecimal is what is wrong with a number of another base.
var errNotDecimal = errors.New("not in decimal digits")

// Set takes a number in decimal digits.
func (f decimalFlag) Set(text string) error {
	digits := strings.TrimLeft(text, "+-")
	if strings.ContainsAny(digits, "xXoObB_") && digits != "" && digits[0] >= '0' && digits[0] <= '9' {
		return errNotDecimal
	}
	sign := text[:len(text)-len(digits)]
	if sign == "+" { // Go refuses it of numbers that have no sign
		sign = ""
	}
	for len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' { // Go would read them as octal
		digits = digits[1:]
	}
	return f.Value.Set(sign + digits)
}

// readDecimals makes the numbers of all commands' flags decimal.
func readDecimals(cmd *cobra.Command) {
	for _, fs := range []*pflag.FlagSet{cmd.Flags(), cmd.PersistentFlags()} {
		fs.VisitAll(func(f *pflag.Flag) {
			if _, done := f.Value.(decimalFlag); done {
				return
			}
			switch f.Value.Type() {
			case "int", "uint64", "float64":
				f.Value = decimalFlag{f.Value}
			}
		})
	}
	for _, sub := range cmd.Commands() {
		readDecimals(sub)
	}
}
