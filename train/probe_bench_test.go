//go:build unix

package train

import "testing"

// BenchmarkProbe is what looking at a run costs beside stepping it, in CPU time
// on one thread: a look, and the steps from one to the next.
func BenchmarkProbe(b *testing.B) {
	for _, c := range []struct{ model, recipe string }{
		{"softmax", "sgd:batch=64"},
		{"softmax", "sgd:batch=1"},
		{"softmax", "adam:batch=64"},
		{"softmax", "svrg:batch=1"},
		{"softmax", "svrg:batch=1,m=n/2,stored=1"},
		{"softmax", "sarah:batch=1"},
		{"softmax", "saga:batch=1"},
		{"net", "sgd:batch=64"},
	} {
		b.Run("model="+c.model+"/"+c.recipe, func(b *testing.B) {
			r := still(b, digitsData(b), c.model, c.recipe)
			p := r.probe
			var looking, stepping float64
			for range 4 { // to its full size
				stepOnce(b, r)
				p.look(r, r.theta)
			}
			b.ResetTimer()
			for range b.N {
				from, cpu := r.oracle.evals(), cpuTime(b)
				charged := p.charged
				p.look(r, r.theta)
				looking += float64(cpuTime(b) - cpu)
				cpu = cpuTime(b)
				for float64(r.oracle.evals()-from) < float64(p.charged-charged)/probeShare {
					stepOnce(b, r)
				}
				stepping += float64(cpuTime(b) - cpu)
			}
			b.ReportMetric(100*looking/stepping, "%-of-cpu")
			b.ReportMetric(looking/float64(b.N)/1e3, "cpu-µs/look")
		})
	}
}
