package view

import "strings"

// ShortExponents writes the exponents of the numbers in a text as screens do: 1e-5 for 1e-05,
// and none for e+00.
func ShortExponents(text string) string { return shortExponents.Replace(text) }

var shortExponents = strings.NewReplacer("e+00", "", "e-0", "e-", "e+0", "e", "e+", "e")
