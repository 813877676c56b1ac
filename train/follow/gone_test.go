package follow

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"optwatch/train/follow/logs"
	"optwatch/train/view"
)

// A script that was killed has crashed, also for whoever comes to look only then.
func TestScriptKilledBefore(t *testing.T) {
	namespace, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		t.Skip("what processes there are cannot be known here: ", err)
	}
	gone := exec.Command(os.Args[0], "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pid  int
		want view.State
		word string
	}{{gone.Process.Pid, view.Failed, "crashed"}, {os.Getpid(), view.Running, "running"}} {
		b := newBench(t, func(o *Options) { o.Formats = logs.Formats })
		host, _ := os.Hostname()
		run := fmt.Sprintf(`{"optwatch":1,"start":"s","pid":%d,"host":%q,"namespace":%q,"uid":%d,"began":1789999990}`, c.pid, host, namespace, os.Getuid())
		b.write("a/run.json", run)
		b.write("a/control.jsonl")
		b.write("a/events.jsonl", `{"event":"start","time":1789999990,"run":`+run+`}`, `{"event":"log","time":1789999999,"step":1,"values":{"loss":2}}`)
		r := b.run(b.look(), "a")
		if r.State != c.want {
			t.Errorf("process %d: got %v, %q; want %v", c.pid, r.State, r.Reason, c.want)
		}
		if got := b.Report().Runs[0].State; got != c.word {
			t.Errorf("process %d: reported as %q, want %q", c.pid, got, c.word)
		}
	}
}

// A process that is gone has crashed only where its log would have told an end.
func TestProcessIsGone(t *testing.T) {
	for end, want := range map[logs.State]view.State{logs.Unsaid: view.Silent, logs.Running: view.Failed, logs.Finished: view.Finished} {
		r := &run{end: logs.End{State: end}}
		state, reason, _ := r.standing(time.Unix(1, 0), Gone)
		if state != want || strings.Contains(reason, "crashed") != (want == view.Failed) {
			t.Errorf("%v: got %v, %q; want %v", end, state, reason, want)
		}
	}
}
