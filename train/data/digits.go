package data

import (
	"context"
	"math/rand/v2"
	"runtime"

	"golang.org/x/sync/errgroup"

	"optwatch/optimizers/matrix"
)

// The built-in digits: 28×28 pixels, ten classes, drawn from stroke skeletons
// by a random hand. They let the program do its main job without any file.
// How much the hand distorts is set so that softmax regression finds them
// about as hard as MNIST.
const (
	digitsTrain = 10_000 // with the validation examples
	digitsVal   = 2_000
	digitsTest  = 2_000
	digitsSeed  = 0x646967697473
)

func loadDigits(ctx context.Context, val int, m *meter) (*Dataset, error) {
	val, err := validation{asked: val, usual: digitsVal}.size(digits, digitsTrain)
	if err != nil {
		return nil, err
	}
	all, err := drawDigits(ctx, digitsTrain+digitsTest, m)
	if err != nil {
		return nil, err
	}
	train, test := all.slice(0, digitsTrain), all.slice(digitsTrain, all.Len())
	d := &Dataset{
		Name: digits, Synthetic: true, Features: imagePixels, Classes: tenDigits().names,
		Train: train.slice(0, digitsTrain-val), Val: train.slice(digitsTrain-val, digitsTrain), Test: test,
	}
	d.Digest, err = digest(ctx, d.Features, d.Classes, train, test)
	return d, err
}

// drawDigits draws n examples on all cores. Each has a random stream of its
// own, so that it does not matter who draws it.
func drawDigits(ctx context.Context, n int, m *meter) (Split, error) {
	const batch = 64
	m.total.Store(int64(n))
	pixels := make([]byte, n*imagePixels)
	labels := make([]int32, n)
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for lo := 0; lo < n && ctx.Err() == nil; lo += batch {
		g.Go(guarded(func() error {
			var p pen
			for i := lo; i < min(n, lo+batch); i++ {
				labels[i] = int32(i % 10)
				p.digit(pixels[i*imagePixels:(i+1)*imagePixels], i%10, rand.New(rand.NewPCG(digitsSeed, uint64(i))))
				m.done.Add(1)
			}
			return ctx.Err()
		}))
	}
	if err := g.Wait(); err != nil {
		return Split{}, err
	}
	if err := ctx.Err(); err != nil {
		return Split{}, err
	}
	b := matrix.NewBuilder(255, n, 0)
	for i := range n {
		b.AddBytes(pixels[i*imagePixels : (i+1)*imagePixels])
		b.Appended(float64(i+1) / float64(n))
	}
	return Split{X: b.CSR(imagePixels), Labels: labels}, nil
}
