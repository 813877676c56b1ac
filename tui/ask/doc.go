// Package ask has what lies over the screen while whoever looks is asked for something
// about runs: the parts of another method, the recipe of a run to be added, which runs
// are to be shown, the place to go to.
package ask
