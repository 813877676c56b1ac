// Package member is the small screen of a client of a federation over machines:
// where the coordinator is and when it was heard last, what the client works on
// and how far it is, and what it has sent. It drives nothing but its own end.
package member
