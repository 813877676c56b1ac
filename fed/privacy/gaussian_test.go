package privacy

import (
	"fmt"
	"math"
	"testing"
)

// log δ(ε) in 700-digit arithmetic, where the two Φ may be subtracted.
func TestGaussianLogDelta(t *testing.T) {
	for _, test := range []struct{ sigma, eps, want float64 }{
		{1e6, 0, -14.7344490911689885},
		{1e6, 1e-6, -16.3006310836769948},
		{1e4, 0.0003, -17.0798764326612998},
		{200, 0.01, -10.0621033475835394},
		{100.5, 0.05, -21.4638096860911449}, // just narrow
		{99.5, 0.05, -21.1857189163290971},  // just not
		{10, 0, -3.2219402234264528},
		{10, 1, -57.3569337248339576},
		{10, 2, -208.2216674591598137},
		{1, 5, -14.3613207866068158},
		{1, 20, -197.0422240001983950},
		{0.1, 0, -5.733033081e-7},
		{0.1, 50, -0.7754569599861049},
		{0.1, 100, -15.4869744162708125},
		{0.05, 200, -0.7337558970929154},
		{0.05, 500, -116.6936951595317098},
	} {
		tolerance := 3e-14
		if test.want > -1e-6 {
			tolerance = 1e-9 // log(1−5.7e-7), of the ten digits above
		}
		dpNear(t, fmt.Sprintf("σ=%g ε=%g", test.sigma, test.eps), gaussianLogDelta(test.sigma, test.eps), test.want, tolerance)
	}
}

// Neither end may overflow, cancel to NaN or be anything but a falling curve.
func TestGaussianAtTheEnds(t *testing.T) {
	for _, sigma := range []float64{1e-100, 1e-9, 0.01, 1, 100, 1e9, 1e100} {
		last := 0.0
		for _, eps := range []float64{0, 1e-12, 1e-3, 1, 1e3, 1e9, 1e18, 1e200, math.Inf(1)} {
			got := gaussianLogDelta(sigma, eps)
			if !(got <= last) {
				t.Errorf("σ=%g ε=%g: got log δ = %g, want at most %g, that of a smaller ε", sigma, eps, got, last)
			}
			last = got
		}
		eps := gaussianEpsilon(sigma, 1e-5)
		if !(eps >= 0) || gaussianLogDelta(sigma, eps) > math.Log(1e-5) {
			t.Errorf("σ=%g: got ε = %g with δ = e^%g, want δ at most 1e-5", sigma, eps, gaussianLogDelta(sigma, eps))
		}
	}
}

// e^(x²)·erfc(x) in 700-digit arithmetic.
func TestErfcx(t *testing.T) {
	for _, test := range [][2]float64{
		{-26, 7.65772493149056822e+293},
		{-5, 1.44009798674661041e+11},
		{-1, 5.00898008076228329},
		{0, 1},
		{0.5, 0.615690344192925898},
		{1, 0.427583576155806999},
		{2, 0.255395676310505748},
		{5, 0.110704637733068628},
		{10, 0.0561409927438225875},
		{15, 0.0375296063885057624},
		{19.9, 0.0283155739831857656},
		{20, 0.0281743487410513194},
		{25, 0.0225495724326413606},
		{1e200, 1e-200 / math.SqrtPi},
	} {
		dpNear(t, fmt.Sprintf("erfcx(%g)", test[0]), erfcx(test[0]), test[1], 1e-15)
	}
}
