package main

import "github.com/spf13/pflag"

// themeFlag is the name of a theme; none for that of the settings.
type themeFlag string

var _ pflag.Value = (*themeFlag)(nil)

// Set takes a name.
func (f *themeFlag) Set(name string) error {
	if err := checkTheme(name); err != nil {
		return err
	}
	*f = themeFlag(name)
	return nil
}

// String is the name.
func (f *themeFlag) String() string { return string(*f) }

// Type is what help calls its values.
func (*themeFlag) Type() string { return "name" }
