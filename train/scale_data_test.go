package train_test

import (
	"fmt"
	"math/rand/v2"

	"optwatch/optimizers/matrix"
	"optwatch/train/data"
)

// numbersDense are rows of normal numbers in float64.
func numbersDense(rows, features int) matrix.Matrix {
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float64, rows*features)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return matrix.NewDense(rows, features, x)
}

// numbersSparse are rows with so many numbers each, in as many parts of the features.
func numbersSparse(rows, features, stored int) matrix.Matrix {
	rng := rand.New(rand.NewPCG(3, 4))
	b := matrix.NewWideBuilder(rows, rows*stored)
	for range rows {
		for i := range stored {
			lo, hi := i*features/stored, (i+1)*features/stored
			b.Add(lo+rng.IntN(hi-lo), 0.5+rng.Float64())
		}
		b.EndRow(features)
	}
	return b.CSR(features)
}

// pixelsSparse are rows like MNIST's: 784 bytes, of which 150 are not 0.
func pixelsSparse(rows int) matrix.Matrix {
	const features, stored = 784, 150
	rng := rand.New(rand.NewPCG(5, 6))
	b := matrix.NewBuilder(255, rows, rows*stored)
	row := make([]byte, features)
	for range rows {
		clear(row)
		for i := range stored {
			lo, hi := i*features/stored, (i+1)*features/stored
			row[lo+rng.IntN(hi-lo)] = byte(1 + rng.IntN(255))
		}
		b.AddBytes(row)
	}
	return b.CSR(features)
}

// pixelsDense are rows of bytes of which nearly none is 0.
func pixelsDense(rows, features int) matrix.Matrix {
	rng := rand.New(rand.NewPCG(7, 8))
	x := make([]byte, rows*features)
	for i := range x {
		x[i] = byte(rng.IntN(256))
	}
	return matrix.NewBytes(rows, features, x, 255)
}

// classed are rows whose classes are drawn.
func classed(x matrix.Matrix, classes int) *data.Dataset {
	rng := rand.New(rand.NewPCG(9, 10))
	ds := &data.Dataset{Name: "drawn", Features: x.Cols(), Train: data.Split{X: x}}
	for i := range classes {
		ds.Classes = append(ds.Classes, fmt.Sprint(i))
	}
	for range x.Rows() {
		ds.Train.Labels = append(ds.Train.Labels, rng.Int32N(int32(classes)))
	}
	return ds
}
