package matrix

// Span is the coordinates Lo ≤ i < Hi of a vector.
type Span struct{ Lo, Hi int }
