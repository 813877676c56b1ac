// Package matrix is the shared matrix core: immutable design matrices and the
// kernels that run over them.
//
// A design matrix X has one row an example and one column a feature. Every
// kernel sees X̃ = [X 1], the matrix with a column of ones appended, so that a
// weight matrix W is feature-major with the bias as its last row:
//
//	W is [features+1][k], row-major, W[j*k+c] the weight of feature j for output c
//
// A matrix is built once, never changes, and is shared by all runs. Its
// kernels work on a gathered list of rows, because that is what a mini-batch
// is; a pass over all rows is the list of all rows. They allocate nothing, start no
// goroutines, and add in a fixed order, so that the same call gives the same
// bits.
//
// Values are stored as one byte each where that loses nothing (a pixel), else
// as float64.
package matrix
