// Package wire is the form in which a federation's values travel between
// machines. It knows no network: bytes in, bytes out.
//
//	Letter    a signed message: a header in JSON, and numbers as they are in memory
//	Ask       a task for one client; its vectors go by digest, so that many share one
//	Answer    what comes of it
//	Pulse     that a client lives, and how far it is
//	Hello     who wants to take part, and Welcome what becomes of it
//	Line      what is pasted on a client's machine to join
//	Subjects  the names under which all of this goes
//
// # What holds
//
// The identity of an ask is the SHA-256 of all that decides the bits of its
// answer. A client that is asked the same again works on it again, or sends what
// it has: repeats, restarts and lost messages change nothing. The epoch, which
// counts the coordinator's lives, and how often it has asked are not part of it.
//
// A letter bears the Ed25519 signature of its sender. The coordinator's key is
// in the line that a client joins by; a client's key is its identity. So neither
// the server that carries letters nor anybody who may publish there can forge a
// round or an update.
//
// Numbers keep every bit: float64, little-endian.
package wire
