// Package axis holds what the axes of plots are, on the screen and in pictures:
// how values map to an axis, at which round values it ends, and where its labels
// stand. It draws nothing and writes no label: a screen has other characters
// than paper.
package axis
