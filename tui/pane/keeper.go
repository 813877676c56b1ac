package pane

// Traveller is a program that goes to places that are typed.
type Traveller interface {
	// Destination is the place that a text names, in a few words, and what goes there;
	// ok is false where it names none.
	Destination(text string) (name string, to func(), ok bool)
}

// Keeper is a program that can be begun again as it was left: what was chosen of its
// layout, its metrics and its sorting. It is no part of what is looked at.
type Keeper interface {
	// Keep is what was chosen, as JSON.
	Keep() any
	// Restore chooses what was kept, as far as it can be read and there is that.
	Restore(kept []byte)
}
