package wire

import "strconv"

// Subjects are the names under which a federation's letters go.
type Subjects struct{ Federation string }

func (s Subjects) root() string { return "fed." + s.Federation + "." }

// Down is all that the coordinator has said last and that lasts.
func (s Subjects) Down() []string {
	return []string{s.root() + "epoch", s.Theta("*"), s.Variate("*"), s.Own("*", "*"), s.Ask("*", "*"), s.Halt("*"), s.End()}
}

// For is what of it client k hears.
func (s Subjects) For(k int) []string {
	c := strconv.Itoa(k)
	return []string{s.Theta("*"), s.Variate("*"), s.Own(c, "*"), s.Ask(c, "*"), s.Halt("*"), s.End()}
}

// Epoch is where coordinators count their lives.
func (s Subjects) Epoch() string { return s.root() + "epoch" }

// Theta is a run's θ, and Variate its c.
func (s Subjects) Theta(run string) string   { return s.root() + "theta." + run }
func (s Subjects) Variate(run string) string { return s.root() + "variate." + run }

// Own is a client's cₖ, and Ask what it is asked.
func (s Subjects) Own(client, run string) string { return s.root() + "own." + client + "." + run }
func (s Subjects) Ask(client, run string) string { return s.root() + "ask." + client + "." + run }

// Halt is whether a run is paused.
func (s Subjects) Halt(run string) string { return s.root() + "halt." + run }

// End is that the federation has ended.
func (s Subjects) End() string { return s.root() + "end" }

// Deliver is where the stream of what lasts is delivered to client k.
func (s Subjects) Deliver(k int) string { return s.root() + "to." + strconv.Itoa(k) }

// Up is where client k's answers go.
func (s Subjects) Up(client, run string) string { return s.root() + "up." + client + "." + run }

// Pulse is where client k says that it lives.
func (s Subjects) Pulse(client string) string { return s.root() + "live." + client }

// Hello is where the holder of a key introduces itself.
func (s Subjects) Hello(fingerprint string) string { return s.root() + "hello." + fingerprint }

// Streams and buckets, by the names that the server has for them.

// DownStream holds what the coordinator has said, UpStream the answers.
func (s Subjects) DownStream() string { return "FED_" + s.Federation + "_DOWN" }
func (s Subjects) UpStream() string   { return "FED_" + s.Federation + "_UP" }

// Bucket is where the coordinator's long vectors lie, ClientBucket where client k's do.
func (s Subjects) Bucket() string { return "FED_" + s.Federation }

func (s Subjects) ClientBucket(k int) string { return "FED_" + s.Federation + "_" + strconv.Itoa(k) }

// Inbox is where a client with a key gets replies.
func (s Subjects) Inbox(fingerprint string) string { return "_INBOX_" + fingerprint }
