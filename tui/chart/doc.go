// Package chart draws curves in cells of a terminal: numbers in, lines out.
//
// It knows neither runs nor devices nor what is measured. Who has curves makes a
// Plot, gives it two scales with their ticks, adds curves, bands, marks and
// lines, and has it drawn. Curves come as points and go through two steps: into
// columns, where a curve has one coordinate in each, and into rows, where what
// lies off the scale becomes a gap with a sign at the edge. A value off the scale
// is never drawn as if it lay at the edge.
package chart
