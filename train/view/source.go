package view

// Source is where a viewer looks. Several may look at the same one at a time.
type Source interface {
	// Snapshot is the state of everything now. It is cheap, and what it returns never changes.
	Snapshot() *Snapshot
	// Do checks a command, queues it and returns at once: the error says why it
	// is not taken. What was taken is acknowledged by one Event with the
	// command's ID, once it has been carried out or refused.
	Do(Command) error
	// Offer says what a command would come to if it were sent as it stands, and
	// what else could be chosen. It changes nothing.
	Offer(Command) Offer
}
