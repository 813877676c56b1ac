// Package tui is the screen: it draws a train.Snapshot and turns keys into
// train.Commands, and does nothing else.
//
// It pulls. One chain of ticks asks the source for a snapshot a few times a
// second; nothing is ever pushed at it, so that training never waits for a
// viewer. It knows no numerics, starts no goroutine, holds no lock, and View
// reads no clock: a frame follows from the snapshot, the size and the keys
// typed so far, and is exactly as wide and as high as the terminal.
//
// One table (keys.go) drives what a key does, the footer, the help and the
// README. One function (layout.go) says where everything lies.
package tui
