// Package data reads data sets: IDX images as MNIST has them, LIBSVM and CSV
// text, each gzipped or not, and the built-in digits, which are drawn.
//
// A file is read in one streaming pass into the compact matrix that all runs
// share; nothing keeps the raw bytes, and no size in a header is believed
// before that much data has arrived. A file that is wrong in any place is
// refused as a whole, with the line or byte, what was found there and what
// was expected.
//
// A data set is known by the digest of its content: shape, columns, values and
// labels. The same numbers have the same digest in whatever format,
// compression or storage width they came.
package data
