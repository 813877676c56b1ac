package pane

// Keeper is a program that can be begun again as it was left: what was chosen of its
// layout, its metrics and its sorting. It is no part of what is looked at.
type Keeper interface {
	// Keep is what was chosen, as JSON.
	Keep() any
	// Restore chooses what was kept, as far as it can be read and there is that.
	Restore(kept []byte)
}
