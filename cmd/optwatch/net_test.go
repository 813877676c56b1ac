package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// netResult is what the JSON of an experiment with a net says.
type netResult struct {
	Problem struct {
		Hidden, Precision string
		Parameters        int
	}
	Runs []struct {
		SHA string `json:"theta_sha256"`
	}
}

func netRun(t *testing.T, args ...string) netResult {
	t.Helper()
	path := filepath.Join(t.TempDir(), "result.json")
	if status, _, errOut := optwatch(t, append(args, "--headless", "--json", path)...); status != exitOK {
		t.Fatalf("%v: exit status %d: %s", args, status, errOut)
	}
	text, err := os.ReadFile(path)
	var r netResult
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil || len(r.Runs) != 1 {
		t.Fatalf("%v: %v in %s", args, err, text)
	}
	return r
}

// The layers of a net and the precision of its mini-batches are flags, and the
// results name them. Digits have 784 features and 10 classes.
func TestNetFlags(t *testing.T) {
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	run := []string{"run", "--data", "digits", "--model", "net", "--run", "sgd:batch=16", "--evals", "3200"}
	usual, deep := netRun(t, run...), netRun(t, append(run, "--hidden", "20, 10", "--precision", "float64")...)
	if p := usual.Problem; p.Hidden != "200,200" || p.Precision != "float32" || p.Parameters != 785*200+201*200+201*10 {
		t.Errorf("the usual net is %+v", p)
	}
	if p := deep.Problem; p.Hidden != "20,10" || p.Precision != "float64" || p.Parameters != 785*20+21*10+11*10 {
		t.Errorf("the other net is %+v", p)
	}
	for flags, want := range map[string]string{
		"--model net --hidden 20,0":        "model net has hidden layers of 1 to 16384 units, with commas between as in 200,200; got \"20,0\"",
		"--model net --precision half":     "model net has the precision float32 or float64, got \"half\"",
		"--model softmax --hidden 20":      "model softmax has no hidden layers; the model net has",
		"--model svm --precision half":     "model svm has the precision float32 or float64, got \"half\"",
		"--model net --hidden 1,2,three,4": "model net has hidden layers",
	} {
		status, _, errOut := optwatch(t, append([]string{"run", "--headless", "--data", "digits", "--passes", "1"}, strings.Fields(flags)...)...)
		if status != exitUsage || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit status %d, stderr %q; want %q", flags, status, errOut, want)
		}
	}
}

// A record from before there was a choice of precision goes on in float64, as it was
// begun, to the same bits.
func TestOlderRecordsGoOnInFloat64(t *testing.T) {
	t.Run("net", func(t *testing.T) { olderGoesOn(t, "net", "sgd:batch=16") })
	t.Run("softmax", func(t *testing.T) { olderGoesOn(t, "softmax", "adam:batch=128") })
}

func olderGoesOn(t *testing.T, model, recipe string) {
	state := t.TempDir()
	t.Setenv("OPTWATCH_STATE", state)
	run := []string{"run", "--data", "digits", "--model", model, "--run", recipe, "--precision", "float64", "--evals"}
	want := netRun(t, append(run, "9600", "--record", "none")...)
	netRun(t, append(run, "3200")...)
	found, err := filepath.Glob(filepath.Join(state, "*.db"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the records are %v, %v; want one", found, err)
	}
	db, err := sql.Open("sqlite", found[0])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`UPDATE experiment SET configuration = json_remove(configuration, '$.flags.precision')`); err != nil {
		t.Fatal(err)
	}
	if usual := netRun(t, "run", "--data", "digits", "--model", model, "--run", recipe, "--evals", "9600", "--record", "none"); usual.Runs[0].SHA == want.Runs[0].SHA {
		t.Fatal("it comes to the same in either precision")
	}
	got := netRun(t, "resume", found[0], "--evals", "9600")
	if got.Problem != want.Problem || got.Runs[0].SHA != want.Runs[0].SHA {
		t.Errorf("it went on as %+v, want %+v", got, want)
	}
}
