// Package hub is the coordinator's end of a federation over machines: a server
// that clients dial, the door they come in by, and the transport of the rounds.
//
// NATS carries, the record remembers. All that is in the server's store can be
// lost: what a client was asked is published again, what it has answered is asked
// for again, and comes to the same bits. What must last, the coordinator's key and
// the clients that were accepted, is in files of the hub's folder.
//
//	hub.go        Hub: opened once in the process of the experiment
//	server.go     the embedded server
//	door.go       who may connect to it, and to what
//	secret.go     what a key that is not known needs to be handed in
//	keep.go       the files of the folder
//	members.go    the clients: waiting, accepted, heard of
//	hello.go      what becomes of who introduces itself
//	carrier.go    the connection, with what goes over it
//	epoch.go      the streams and buckets, and which coordinator they obey
//	transport.go  a run's rounds: asks go out, answers come in
//	drive.go      what is said to clients, and said again
//	arrivals.go   what arrives, and what of it is believed
package hub
