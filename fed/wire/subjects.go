package wire

import "strings"

// Subjects are the names under which a federation's letters go.
//
// The server answers where its asker says, with more than the asker may publish
// itself. So none but the coordinator knows the subjects by which letters come onto
// its streams, which have a secret in them and lose it there; and those of a client
// have its place in them, which no other client is told.
type Subjects struct {
	Federation string
	Secret     string // the coordinator's; "" for clients
}

func (s Subjects) root() string { return "fed." + s.Federation + "." }

// Down is all that the coordinator says to all and that lasts.
func (s Subjects) Down() []string {
	return []string{s.Epoch(), s.Theta("*"), s.Variate("*"), s.End()}
}

// Say is where the coordinator publishes what is to be on a subject of Down.
func (s Subjects) Say(subject string) string {
	return s.root() + "say." + s.Secret + "." + s.end(subject)
}

// All is any subject of the federation.
func (s Subjects) All() string { return s.root() + ">" }

// end is what follows the root of a subject.
func (s Subjects) end(subject string) string { return strings.TrimPrefix(subject, s.root()) }

// Epoch is where coordinators count their lives.
func (s Subjects) Epoch() string { return s.root() + "epoch" }

// Theta is a run's θ, and Variate its c.
func (s Subjects) Theta(run string) string   { return s.root() + "theta." + run }
func (s Subjects) Variate(run string) string { return s.root() + "variate." + run }

// Own is a client's cₖ.
func (s Subjects) Own(place, run string) string { return s.root() + "own." + place + "." + run }

// End is that the federation has ended.
func (s Subjects) End() string { return s.root() + "end" }

// Deliver is where a client hears the coordinator.
func (s Subjects) Deliver(place string) string { return s.root() + "to." + place }

// Up is where a client's answers go.
func (s Subjects) Up(place, run string) string { return s.root() + "up." + place + "." + run }

// Pulse is where a client says that it lives.
func (s Subjects) Pulse(place string) string { return s.root() + "live." + place }

// Hello is where the holder of a key introduces itself.
func (s Subjects) Hello(fingerprint string) string { return s.root() + "hello." + fingerprint }

// Long is where the parts of a vector of the coordinator's lie, by the subject of its
// letter, and SayLong where it publishes them.
func (s Subjects) Long(subject string) string { return s.root() + "long." + s.end(subject) }

func (s Subjects) SayLong(subject string) string {
	return s.root() + "saylong." + s.Secret + "." + s.end(subject)
}

// UpLong is where the parts of a client's vector lie.
func (s Subjects) UpLong(place, run string) string { return s.root() + "uplong." + place + "." + run }

// Streams, by the names that the server has for them.

// DownStream holds what the coordinator has said to all, UpStream the answers.
func (s Subjects) DownStream() string { return "FED_" + s.Federation + "_DOWN" }
func (s Subjects) UpStream() string   { return "FED_" + s.Federation + "_UP" }

// Bucket is where the coordinator's long vectors lie, ClientBucket where a client's do.
func (s Subjects) Bucket() string { return "FED_" + s.Federation + "_LONG" }

func (s Subjects) ClientBucket(place string) string { return "FED_" + s.Federation + "_LONG_" + place }

// Inbox is where a client with a key gets replies.
func (s Subjects) Inbox(fingerprint string) string { return "_INBOX_" + fingerprint }
