// Package search finds the best value of a recipe's key, by default its
// learning rate: by successive halving, among the values of a grid, with several
// seeds of each and the same budget of gradient evaluations for all.
//
// It is a study of its own, and a tool for others: the laboratory's studies
// train with the rates that it finds. It knows none of them.
package search
