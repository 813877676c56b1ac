package join_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"optwatch/fed"
	"optwatch/fed/hub"
	"optwatch/fed/join"
	"optwatch/fed/wire"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
)

// BenchmarkRound is a round of ten clients with the built-in digits, within this
// process and over the embedded server on loopback: the difference is what the
// wire costs.
func BenchmarkRound(b *testing.B) {
	digits, err := data.Open(context.Background(), data.Options{Name: "digits", Val: -1}, func(string, int64, int64) {})
	if err != nil {
		b.Fatal(err)
	}
	for _, model := range []string{"softmax", "net"} {
		run := func(b *testing.B, c optimizers.Catalogue) {
			cfg := config(c, fmt.Sprintf("fedavg:clients=10,partition=iid,batch=64,rounds=%d", b.N))
			cfg.Load = func(context.Context, data.Progress) (*data.Dataset, error) { return digits, nil }
			cfg.Model = model
			ctx := b.Context()
			e := train.Start(ctx, cfg)
			if err := e.WaitRuns(ctx); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(model+"/process", func(b *testing.B) { run(b, fed.Catalogue(optimizers.Default())) })
		b.Run(model+"/wire", func(b *testing.B) {
			t := wire.Terms{
				Version: "test", Kernels: "test", Data: digits.Name, Digest: digits.Digest, Examples: digits.Train.Len(),
				Features: digits.Features, Classes: len(digits.Classes), Model: model, L2: 1e-3,
			}
			h := open(b, hub.Settings{Clients: 10, Accept: true, Terms: t})
			s, err := train.NewShare(digits, model, train.ModelSettings{})
			if err != nil {
				b.Fatal(err)
			}
			for k := range 10 {
				member(b, h, k, func(js *join.Settings) {
					js.Load = func(wire.Terms) (join.Data, error) {
						return join.Data{
							Holding: wire.Holding{Digest: digits.Digest, Examples: digits.Train.Len(), Features: digits.Features, Classes: len(digits.Classes)},
							Share:   s, Labels: digits.Train.Labels, Classes: len(digits.Classes),
						}, nil
					}
				})
			}
			for len(h.Members()) < 10 {
				runtime.Gosched()
			}
			b.ResetTimer()
			run(b, fed.Config{Transport: h.Transport}.Catalogue(optimizers.Default()))
		})
	}
}
