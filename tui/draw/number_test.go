package draw

import (
	"math"
	"testing"
)

var nan = math.NaN()

func TestPrecise(t *testing.T) {
	for _, test := range []struct {
		v    float64
		want string
	}{
		{0.337729, "0.3377"},
		{0.0065124, "0.006512"},
		{0.0651249, "0.06512"},
		{0.00065124, "6.512e-4"},
		{6.5124e-10, "6.51e-10"},
		{12.34567, "12.3457"},
		{123456, "1.235e5"},
		{0, "0.0000"},
		{0.00999999, "0.01000"},
		{0.0999999, "0.1000"},
		{nan, "—"},
		{-1.2345e-300, "-1e-300"},
	} {
		if got := Precise(test.v); got != test.want {
			t.Errorf("%g: got %s, want %s", test.v, got, test.want)
		}
	}
}

func TestBytes(t *testing.T) {
	for v, want := range map[float64]string{0: "0 B", 512: "512 B", 7_536_000: "7.5 MB", 999_960: "1 MB", 81e9: "81 GB", 2e12: "2 TB"} {
		if got := Bytes(v); got != want {
			t.Errorf("%g: %q, want %q", v, got, want)
		}
	}
	if got := Bytes(nan); got != Unknown {
		t.Errorf("unknown: %q", got)
	}
}

func TestUnits(t *testing.T) {
	for got, want := range map[string]string{
		WholePercent(nan): "—", WholePercent(0): "0%", WholePercent(99.6): "100%", WholePercent(1e7): "10M%",
		OfLimit(412, 700, " W"): "412/700 W", OfLimit(nan, 700, " W"): "—/700 W", OfLimit(88, nan, " W"): "88 W", OfLimit(nan, nan, " W"): "—",
		Memory(102*GiB, 140*GiB): "102/140 GiB", Memory(3.14*GiB, 15.6*GiB): "3.1/16 GiB", Memory(nan, 80*GiB): "—/80 GiB", Memory(nan, nan): "—",
		Size(212 << 20): "212 MiB", Size(98.1 * GiB): "98.1 GiB", Size(nan): "—", Size(0): "0 MiB",
		WithUnit(1785, " MHz"): "1 785 MHz", WithUnit(nan, " MHz"): "—",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDecimals(t *testing.T) {
	if got := Decimals(0.006512, 2e-6); got != "0.006512" {
		t.Errorf("got %s", got)
	}
}
