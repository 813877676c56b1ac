// Package config reads config.toml, in which a user settles once what would else be
// said with flags at every start.
//
// A setting is called as its flag is, and takes the same values. What is wrong in the
// file is said with its line: a setting that there is not with the nearest that there
// is, and a value with those that are right. Nothing is half believed: a file with a
// mistake settles nothing.
package config
