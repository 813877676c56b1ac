// Package draw holds what every part of the screen is drawn with: text that
// fits its columns, numbers with their units, inks and line styles, boxes, bars,
// and tables that give way to narrow screens.
//
// It knows no run, no device and no message but keys: it is given text and
// numbers, and gives back lines. A width is counted in columns of the terminal,
// never in bytes or runes, and a line never gets wider than it was asked to be.
// A number that finds no room is left out: one that is cut reads as another.
package draw
