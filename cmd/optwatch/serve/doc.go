// Package serve lets people look at a source that another process holds, and
// drive it: the screen runs beside the source, one program a viewer, and is
// served as bytes.
//
//	Audience  everybody who looks at a source
//	Seat      the source as one of them has it, and answers to what is asked in words (Help)
//	Server    an SSH server for the audience: on a socket of this machine, or on a port
//	Attach    this terminal as a viewer of a server on this machine
//	Ask       a command to such a server, and its answer in text
//	Launch    a process of its own, which outlives the terminal
//
// On this machine a socket that only its user can open says who is a friend; on
// a port there are public keys, and nothing else.
package serve
