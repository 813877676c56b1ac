package optimizers

import "fmt"

// RecipeError is what is wrong with a recipe whose optimizer is known.
type RecipeError struct {
	Recipe string // as it is written
	Err    error  // without the recipe, for those who show it beside
}

// Error names the recipe and then what is wrong with it.
func (e RecipeError) Error() string { return fmt.Sprintf("recipe %q: %v", e.Recipe, e.Err) }

// Unwrap is what is wrong.
func (e RecipeError) Unwrap() error { return e.Err }

// wrong is a RecipeError of a format and its values.
func wrong(recipe, format string, values ...any) error {
	return RecipeError{recipe, fmt.Errorf(format, values...)}
}
