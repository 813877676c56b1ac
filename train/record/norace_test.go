//go:build !race

package record

// raceEnabled says that tests take several times as long.
const raceEnabled = false
