package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// inboxLine is a line as trackio 0.36 writes it.
func inboxLine(project, run string, step int, metrics string) string {
	return fmt.Sprintf(`{"v":1,"kind":"metric","project":"%s","run":"%s","run_id":"id-%[2]s","metrics":%[4]s,"step":%[3]d,"timestamp":"2026-09-21T14:13:20+00:00","config":null,"log_id":"%[1]s-%[2]s-%[3]d"}`+"\n", project, run, step, metrics)
}

func TestTrackioInbox(t *testing.T) {
	dir := t.TempDir()
	mlflowWrite(t, dir, map[string]string{
		"inbox/w1/00000000.jsonl": `{"v":1,"kind":"metric","project":"p","run":"a","run_id":"id-a","metrics":{"loss":0.5,"up":"Infinity"},"step":3,"timestamp":"2026-09-21T14:13:20+00:00","config":{"lr":0.1,"_Group":null},"log_id":"1"}` + "\n",
		"inbox/w1/00000001.jsonl": inboxLine("p", "a", 4, `{"loss":0.25}`) + inboxLine("q", "a", 4, `{"loss":8}`) + "{\n",
		"inbox/w2/00000000.jsonl": inboxLine("p", "b", 1, `{"loss":1}`) + `{"v":1,"kind":"alert","project":"p","run":"b","run_id":"id-b","title":"Loss","text":"high","level":"warn"}` + "\n",
		"inbox/w2/tmp1234":        inboxLine("p", "b", 2, `{"loss":2}`),
	})
	if got, want := trackioInbox.Find(folderOf(t, dir)), []string{"inbox"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	f := trackioInbox.Open(filepath.Join(dir, "inbox"))
	var b Batch
	followOnce(t, f, &b)
	for name, want := range map[string]string{"p/a": "3 - loss=0.5 up=+Inf\n4 - loss=0.25\n", "q/a": "4 - loss=8\n", "p/b": "1 - loss=1\n"} {
		if got := told(b.Run(name)); got != want {
			t.Errorf("%s: it reads\n%swant\n%s", name, got, want)
		}
	}
	if got, want := b.Run("p/a").Config, []Parameter{{"lr", "0.1"}}; !slices.Equal(got, want) {
		t.Errorf("config %q, want %q", got, want)
	}
	if got, want := b.Run("p/b").Lines, []string{"warn: Loss: high"}; !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
	if got := b.Run("").Bad; got != 1 {
		t.Errorf("%d bad", got)
	}
	b.Clear()
	if err := os.Remove(filepath.Join(dir, "inbox", "w1", "00000001.jsonl")); err != nil {
		t.Fatal(err)
	}
	mlflowWrite(t, dir, map[string]string{"inbox/w1/00000002.jsonl": inboxLine("p", "a", 5, `{"loss":0.125}`)})
	followOnce(t, f, &b)
	if got := told(b.Run("p/a")); got != "5 - loss=0.125\n" {
		t.Errorf("then it reads\n%s", got)
	}
}

// What is taken from the inbox into the database is there once, in whichever of
// them it is seen first.
func TestTrackioInboxAndDatabase(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "p.db")
	db := writer(t, path, "DELETE")
	exec(t, db, trackioSchema)
	put := func(step int) {
		exec(t, db, "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics, log_id) VALUES ('id-a', '', 'a', ?, '{\"loss\": 1}', ?)", step, fmt.Sprintf("p-a-%d", step))
	}
	put(0)
	mlflowWrite(t, dir, map[string]string{"inbox/w/00000000.jsonl": inboxLine("p", "a", 0, `{"loss":1}`) + inboxLine("p", "a", 1, `{"loss":1}`) + inboxLine("q", "a", 1, `{"loss":1}`)})
	if got := trackioInbox.Find(folderOf(t, dir)); len(got) != 0 {
		t.Errorf("beside a database it finds %q", got)
	}
	f := trackio.Open(path)
	var b Batch
	followOnce(t, f, &b)
	put(1)
	put(2)
	if err := os.Remove(filepath.Join(dir, "inbox", "w", "00000000.jsonl")); err != nil {
		t.Fatal(err)
	}
	followOnce(t, f, &b)
	if got, want := told(b.Run("a")), "0 - loss=1\n1 - loss=1\n2 - loss=1\n"; got != want {
		t.Errorf("it reads\n%swant\n%s", got, want)
	}
	if got, want := b.Names(), []string{"a"}; !slices.Equal(got, want) {
		t.Errorf("runs %q, want %q", got, want)
	}
}
