// Package join is a client's end of a federation over machines: it joins by a
// line, works on what it is asked with the rows that it holds, and sends what
// comes of it. It keeps nothing but its key. Whatever ends and comes back, itself,
// the server or the network, it introduces itself again, hears what is asked, and
// computes the same bits or sends those that it has.
//
//	client.go    Client: from the line to the end of the federation
//	dial.go      the connection, to the server whose key is in the line
//	greet.go     who it is, what it holds, and what becomes of that
//	hear.go      what the coordinator says
//	work.go      one ask after the other, and the gate that a pause shuts
//	send.go      answers, until the server has them
//	pulse.go     that it lives, once a second
//	status.go    what a screen shows
package join
