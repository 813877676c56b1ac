// Package hub is the coordinator's end of a federation over machines: a server
// that clients dial, the door they come in by, and the transport of the rounds.
//
// NATS carries, the record remembers. All that is in the server's store can be
// lost: what a client was asked is published again, what it has answered is asked
// for again, and comes to the same bits. What must last is in a file of the hub's
// folder: the coordinator's key, the line, and what became of each key that came by it.
//
//	hub.go        Hub: opened once in the process of the experiment
//	server.go     the embedded server
//	door.go       who may connect to it, and to what
//	secret.go     what a key that is not known needs to be handed in
//	keep.go       the file of the folder
//	handed.go     what it says of keys that wait or were turned away, and of the line
//	members.go    the clients: waiting, accepted, heard of
//	hello.go      what becomes of who introduces itself
//	carrier.go    the connection, with what goes over it
//	epoch.go      the streams and buckets, and which coordinator they obey
//	transport.go  a run's rounds: asks go out, answers come in
//	drive.go      what is said to clients, and said again
//	arrivals.go   what arrives, and what of it is believed
//	describe.go   what the screen is told of the clients' machines
package hub
