// Package manual is what "optwatch help TOPIC" shows: pages of Markdown, a file
// each, and the little of Markdown that they are written in, drawn for a terminal.
//
// What the program has in tables of its own, such as its keys, its flags and its
// recipes, is not written in a page: a line of the form <!-- name --> stands for
// it, which the command line fills in from those tables. So a page cannot name
// what is no more. A pager is the reader's own: optwatch help keys | less -R.
package manual
