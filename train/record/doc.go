// Package record keeps what a source shows in a file, so that nothing is lost
// with the process or the terminal: one experiment, one file, an SQLite
// database that anybody can query.
//
//	Writer   follows a source and writes what is new of it; there is one at a time
//	Reader   looks at a record, also while it is written
//	Player   a source that plays a record
//	Folder   where records are kept, and what holds each of them
//
// A record is written by what a source shows (package view), and by checkpoints,
// which are bytes to it: it knows nothing of how runs are trained.
//
// # What can be relied on
//
// Points are on disk within a second of being shown. A checkpoint is written
// with what was shown before it in one transaction that the disk has confirmed;
// the outcome of a command that changes a run is written with the first
// checkpoint that holds the change. Of each run the last two checkpoints are
// kept, each with its SHA-256. A record can be cut off at any moment: what is
// read afterwards is what some transaction left, or an error.
//
// Training never waits for a writer: what cannot be written is told (Trouble)
// and tried again.
package record
