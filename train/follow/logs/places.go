package logs

import (
	"math"
	"strings"
	"time"
)

// A program logs the place of a row under a name of its own choice, beside the
// values. These are the names that are known; of two that say the same, the one
// that is listed first does, and the other is a value.
var placeNames = [...][]string{
	atStep: {
		"step", "_step", "global_step", "iteration", "iter", "current_steps", "training_iteration",
		"trainer/global_step", "total_timesteps", "time/total_timesteps", "timesteps_total",
	},
	atEpoch: {"epoch", "epochs", "current_epoch"},
	atTokens: {
		"tokens", "total_tokens", "num_tokens", "num_input_tokens_seen", "tokens_seen", "consumed_tokens",
		"consumed_samples", "consumed_train_samples", "samples_seen",
	},
	atTime:    {"time", "timestamp", "_timestamp", "wall_time", "wall time", "walltime", "datetime"},
	atElapsed: {"elapsed", "elapsed_time", "_runtime", "time_total_s", "time_elapsed", "time/time_elapsed"},
}

// place is one of the places that a row may have.
type place int

const (
	nowhere place = iota
	atStep
	atEpoch
	atTokens
	atTime
	atElapsed
	places
)

// spot is what a name says of a place: which, and before how many others.
type spot struct {
	place place
	rank  int
}

var spots = func() map[string]spot {
	out := map[string]spot{}
	for p, names := range placeNames {
		for rank, name := range names {
			out[name] = spot{place(p), rank}
		}
	}
	return out
}()

// spotOf is what a name says of a place, whatever its case.
func spotOf(name string) spot {
	if len(name) > 40 {
		return spot{}
	}
	return spots[strings.ToLower(name)]
}

// countsSteps says whether a name is one under which steps or epochs are counted.
func countsSteps(name string) bool {
	p := spotOf(name).place
	return p == atStep || p == atEpoch
}

// put puts a number in a place of a row. It does not where the number can be no
// such place, e.g. seconds since 1970 that would be those since some beginning:
// then it is a value like others.
func (r *Row) put(p place, v float64) bool {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return false
	}
	switch p {
	case atStep:
		r.Step = v
	case atEpoch:
		r.Epoch = v
	case atTokens:
		r.Tokens = v
	case atElapsed:
		r.Elapsed = v
	case atTime:
		at, ok := wallTime(v)
		if !ok {
			return false
		}
		r.Time = at
	default:
		return false
	}
	return true
}

// wallTime is a time in seconds since 1970 from one that may be counted in
// milliseconds, microseconds or nanoseconds. Nothing was logged before 1973.
func wallTime(v float64) (float64, bool) {
	switch {
	case v >= 1e20 || v < 1e8 || v != v:
		return 0, false
	case v >= 1e17:
		return v / 1e9, true
	case v >= 1e14:
		return v / 1e6, true
	case v >= 1e11:
		return v / 1e3, true
	}
	return v, true
}

// putText puts a place that is written as text: a time as ISO 8601 has it, one that
// has passed as 1:02:03, or a number in quotes.
func (r *Row) putText(p place, text string) bool {
	switch p {
	case atTime:
		at, ok := writtenTime(text)
		if ok {
			r.Time = at
			return true
		}
	case atElapsed:
		passed, ok := clockTime(text)
		if ok {
			r.Elapsed = passed
			return true
		}
	}
	v, ok := decimal([]byte(text))
	return ok && r.put(p, v)
}

// writtenTime is a time in seconds since 1970. One that names no zone is taken for
// one of here.
func writtenTime(s string) (float64, bool) {
	if len(s) < len("2006-01-02 15:04:05") || len(s) > 40 || s[4] != '-' {
		return 0, false
	}
	s = s[:10] + "T" + s[11:]
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t, err = time.ParseInLocation("2006-01-02T15:04:05.999999999", s, time.Local)
	}
	return float64(t.Unix()) + float64(t.Nanosecond())/1e9, err == nil
}

// clockTime is a time that has passed, in seconds, written by Python: "0:00:12",
// "1 day, 2:03:04", "3 days, 0:00:00.5".
func clockTime(s string) (float64, bool) {
	days := 0.0
	if day, rest, ok := strings.Cut(s, ", "); ok {
		count, _, _ := strings.Cut(day, " ")
		if days, ok = decimal([]byte(count)); !ok {
			return 0, false
		}
		s = rest
	}
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return 0, false
	}
	total := days * 24
	for i, part := range parts {
		v, ok := decimal([]byte(part))
		if !ok || v < 0 || v > 1e6 {
			return 0, false
		}
		if i > 0 {
			total *= 60
		}
		total += v
	}
	return total, total == total && !math.IsInf(total, 0)
}
