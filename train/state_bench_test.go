package train

import "testing"

// BenchmarkState is what it costs a run to be saved, which it does itself at a
// step boundary, and what it costs others to write that to bytes and to begin
// again from them.
func BenchmarkState(b *testing.B) {
	for _, recipe := range []string{"sgd:batch=64", "adam:batch=64", "svrg:batch=1,m=n/2,stored=1", "saga:batch=1"} {
		r := still(b, digitsData(b), "softmax", recipe)
		for range 3 {
			stepOnce(b, r)
		}
		s := r.save()
		bytes := s.Encode()
		b.Run(recipe+"/save", func(b *testing.B) {
			for b.Loop() {
				s = r.save()
			}
		})
		b.Run(recipe+"/encode", func(b *testing.B) {
			b.SetBytes(int64(len(bytes)))
			for b.Loop() {
				bytes = s.Encode()
			}
		})
		b.Run(recipe+"/restore", func(b *testing.B) {
			for b.Loop() {
				back, err := DecodeState(bytes)
				if err == nil {
					_, err = r.exp.restore(back, 0, "another")
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
