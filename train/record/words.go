package record

import (
	"fmt"
	"reflect"
	"slices"

	"optwatch/train/view"
)

// words are the constants of package view as a record spells them, so that the
// constants may be put in another order. A word that was written once stays.
var words = map[reflect.Type][]string{
	reflect.TypeFor[view.Format](): {
		view.Plain: "plain", view.Count: "count", view.Bytes: "bytes", view.Share: "share",
		view.Digits: "digits", view.Scientific: "scientific",
	},
	reflect.TypeFor[view.Scaling](): {
		view.Linear: "linear", view.LinearFirst: "linear first", view.LogFirst: "log first",
	},
	reflect.TypeFor[view.State](): {
		view.Running: "running", view.Paused: "paused", view.Budget: "budget", view.Converged: "converged",
		view.Stopped: "stopped", view.Diverged: "diverged", view.Failed: "failed",
		view.Finished: "finished", view.Silent: "silent",
	},
	reflect.TypeFor[view.Pending](): {
		view.Nothing: "nothing", view.Pausing: "pausing", view.Resuming: "resuming",
		view.Stopping: "stopping", view.Changing: "changing",
	},
	reflect.TypeFor[view.EventKind](): {
		view.EventInfo: "info", view.EventStart: "start", view.EventPause: "pause", view.EventResume: "resume",
		view.EventSetting: "setting", view.EventSwitch: "switch", view.EventRestart: "restart", view.EventEnd: "end",
		view.EventDiverged: "diverged", view.EventFailed: "failed", view.EventDiagnosis: "diagnosis",
		view.EventRefused: "refused",
	},
	reflect.TypeFor[view.ClientState](): {
		view.ClientIdle: "idle", view.ClientSelected: "selected", view.ClientTraining: "training",
		view.ClientSent: "sent", view.ClientAccepted: "accepted", view.ClientLate: "late",
		view.ClientRejected: "rejected", view.ClientFailed: "failed", view.ClientDropped: "dropped",
		view.ClientSending: "sending", view.ClientSilent: "silent", view.ClientGone: "gone",
		view.ClientRejoining: "rejoining", view.ClientWaiting: "waiting", view.ClientAbsent: "absent",
	},
	reflect.TypeFor[view.Condition](): {
		view.Healthy: "healthy", view.Diverging: "diverging", view.Unstable: "unstable",
		view.StaleSnapshot: "stale snapshot", view.ClientsDisagree: "clients disagree",
		view.BatchTooLarge: "batch too large", view.Plateaued: "plateau",
	},
}

// wordOf is a constant as a record spells it.
func wordOf[T ~int](constant T) string {
	list := words[reflect.TypeFor[T]()]
	if constant < 0 || int(constant) >= len(list) {
		panic(fmt.Sprintf("record: there is no word for %T(%d)", constant, int(constant)))
	}
	return list[constant]
}

// constantOf is the constant that a word spells.
func constantOf[T ~int](word string) (T, error) {
	i, err := position(reflect.TypeFor[T](), word)
	return T(i), err
}

func position(t reflect.Type, word string) (int, error) {
	i := slices.Index(words[t], word)
	if i < 0 {
		return 0, fmt.Errorf("found %q, expected one of %q", word, words[t])
	}
	return i, nil
}
