// Package lab is the laboratory: experiments that put the theory of stochastic
// optimization to the test.
//
// An experiment is a line in the table of Experiments and a file of its own,
// which says on top what is claimed, by whom, and what follows from it in
// numbers. It writes claims with what was predicted and measured on a page of a
// notebook; a claim that fails is a result, not an error. Trials run at the
// same time on all training slots, and the same seed gives the same numbers for
// any number of them.
package lab
