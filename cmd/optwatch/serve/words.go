package serve

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// What can be asked in words, for people without a terminal and for scripts. The
// words are from outside: they are bounded and printable before anything looks at
// them, and whatever is not understood as a whole is not carried out in part.

// Help is what can be asked in words.
const Help = `status [--json]     what runs, where it is recorded, who looks
tell RUN ACTION…    drive a run; each action is carried out before the next:
                      pause resume step stop restart branch checkpoint
                      KEY=VALUE       a setting, e.g. lr=0.05 batch=32
                      switch=RECIPE   go on with another method
                      drop=CLIENT     leave a client out of the rounds
                      rejoin=CLIENT   take it in again
tell all ACTION…    pause or resume every run
tell add RECIPE     begin another run
tell line [new]     how clients of a federation join from other machines
tell admit KEY|all  let in a client that waits, by its key's fingerprint
tell refuse KEY|all turn it away
stop                end everything, saved
help                these lines

run=NAME is the run of that name even if it is called like a word above, and
set=KEY=VALUE is a setting even if it is called "switch", "drop" or "rejoin".
Ends with 0 for done, 1 for refused, 2 for not understood.
`

// How an answer ends.
const (
	done          = 0
	refused       = 1
	notUnderstood = 2
)

// Answer does what words ask for, tells out what came of it, and returns the exit
// status: 0 for done, 1 for refused, 2 for not understood. It waits for the
// answers of the source until ctx ends.
func (s *Seat) Answer(ctx context.Context, words []string, out io.Writer) (status int) {
	if err := bounded(words); err != nil {
		return say(out, notUnderstood, "%v", err)
	}
	if len(words) == 0 {
		return say(out, notUnderstood, "nothing is asked for; these are understood:\n\n%s", strings.TrimSuffix(Help, "\n"))
	}
	switch rest := words[1:]; words[0] {
	case "status":
		return s.status(rest, out)
	case "tell":
		return s.tell(ctx, rest, out)
	case "stop":
		return s.stop(rest, out)
	case "help", "--help", "-h":
		return say(out, done, "%s", strings.TrimSuffix(Help, "\n"))
	}
	return say(out, notUnderstood, "%s is not understood: want status, tell, stop or help", quoted(words[0]))
}

// say tells something in lines of its own, and is the status. Nobody may be
// there to read it any more, which changes nothing.
func say(out io.Writer, status int, format string, args ...any) int {
	fmt.Fprintf(out, format+"\n", args...)
	return status
}

// The most that is listened to.
const (
	mostWords = 64
	mostBytes = 4096
)

// bounded says what is wrong with words before anybody has looked at what they say.
func bounded(words []string) error {
	if len(words) > mostWords {
		return fmt.Errorf("%d words are too many: want at most %d", len(words), mostWords)
	}
	total := 0
	for _, w := range words {
		total += len(w)
		if total > mostBytes {
			return fmt.Errorf("that is too long: want at most %d bytes", mostBytes)
		}
		if !printable(w) {
			return fmt.Errorf("%s is no text that can be printed", quoted(w))
		}
	}
	return nil
}

// printable says whether a word is text of printed characters and spaces.
func printable(w string) bool {
	return utf8.ValidString(w) && strings.IndexFunc(w, func(r rune) bool { return !strconv.IsPrint(r) }) < 0
}

// quoted is a word from outside in quotation marks, not too long to read.
func quoted(w string) string { return strconv.Quote(draw.Short(draw.Clean(w), 40)) }

// stop ends everything, saved.
func (s *Seat) stop(words []string, out io.Writer) int {
	if len(words) > 0 {
		return say(out, notUnderstood, `%s after "stop" is not understood: it ends everything; tell RUN stop ends one run`, quoted(words[0]))
	}
	if s.audience.house.Finish == nil {
		return say(out, refused, "it cannot be ended from here")
	}
	record := s.Snapshot().Record
	if err := s.Do(view.Command{Kind: view.Finish}); err != nil {
		return say(out, refused, "%s", draw.Clean(err.Error()))
	}
	name := draw.Clean(record.Name)
	switch {
	case name == "":
		return say(out, done, "ending everything; it is not recorded, so that it cannot go on another time")
	case record.Trouble != "":
		return say(out, done, "ending everything, saved as %s as far as that can be: %s", name, draw.Clean(record.Trouble))
	}
	next := s.audience.house.Next
	if next == "" {
		next = "optwatch resume %s goes on"
	}
	return say(out, done, "ending everything, saved as %s; %s", name, fmt.Sprintf(next, name))
}
