// Package picture turns what a chart on the screen shows into what files hold: the
// series of a figure, the points where its signs stand, and rows of CSV.
//
// It draws nothing: train/study draws figures, and charts know what is on them.
package picture
