// Package study is the screen of a laboratory: studies that are carried out one
// after the other, each with its figures and with what was claimed, measured and
// found.
//
//	Program   the screen: which study, which page of it, where everything lies
//	Source    the studies as a screen looks at them
//	list      the studies one below the other, on wide screens
//	figures   those of the selected study, as many side by side as fit
//	text      a page of claims, of tables or of notes, with scrolling
//
// Nothing here can be changed but what is looked at: studies take no command.
// Unless the user has chosen a study, it is the one under way that is seen.
package study
