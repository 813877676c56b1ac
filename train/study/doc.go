// Package study is what studies find, and the files it is kept in.
//
//	Study     a question put to the trainer: figures, tables, and claims with their verdicts
//	Notebook  the studies of a session while they go on; viewers look at it, studies write in it
//	Figure    a chart by its numbers: drawn on the screen, and written as PNG, SVG and CSV
//
// It knows no optimizer and no terminal.
package study
