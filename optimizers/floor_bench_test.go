//go:build unix

package optimizers

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// BenchmarkFloor is a step of each rule, in CPU time for four parameters, of as many parameters as softmax
// regression on MNIST has and as the net has.
func BenchmarkFloor(b *testing.B) {
	adam := Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}
	for _, r := range []struct {
		name string
		rule Rule
	}{
		{"sgd", &SGD{}},
		{"momentum", &Momentum{Mu: 0.9}},
		{"nesterov", &Nesterov{Mu: 0.9}},
		{"adagrad", &Adagrad{Eps: 1e-8}},
		{"rmsprop", &RMSProp{Rho: 0.99, Eps: 1e-8}},
		{"adam", &adam},
		{"amsgrad", &AMSGrad{Adam: adam}},
	} {
		for _, d := range []int{7_850, 199_210} {
			b.Run(fmt.Sprintf("%s/d=%d/vector", r.name, d), func(b *testing.B) {
				theta, g := make([]float64, d), make([]float64, d)
				for i := range g {
					g[i] = 0.01 * float64(i%13-6)
				}
				from := spent(b)
				for range b.N {
					r.rule.Apply(theta, g, 1e-3)
				}
				b.ReportMetric(float64(spent(b)-from)/float64(b.N)/(float64(d)/4), "cpu-ns/unit")
			})
		}
	}
}

// spent is the CPU time of this process.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
