package logs

import (
	"strings"
	"testing"
)

func jsonl() Reader { return &jsonlReader{} }

func TestReadsJSONLines(t *testing.T) {
	for _, c := range []struct {
		what, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"step", `{"step": 1, "loss": 0.5}`, []string{"step=1 : loss=0.5"}},
		{"Python's words", `{"_step": 1, "a": NaN, "b": Infinity, "c": -Infinity}`, []string{"step=1 : a=NaN b=+Inf c=-Inf"}},
		{"words in quotes", `{"step": 1, "a": "NaN", "b": "Infinity", "c": "-Infinity", "d": "nan?"}`, []string{"step=1 : a=NaN b=+Inf c=-Inf"}},
		{"objects in objects", `{"global_step": 1, "train": {"loss": 1, "acc": {"top5": 2}}, "empty": {}}`, []string{"step=1 : train/loss=1 train/acc/top5=2"}},
		{"what is no number", `{"iter": 1, "ok": true, "no": null, "list": [1, {"x": 2}], "name": "a", "loss": 3}`, []string{"step=1 : loss=3"}},
		{"iteration", `{"iteration": 1, "loss": 3}`, []string{"step=1 : loss=3"}},
		{"epoch alone", `{"epoch": 0.5, "train_loss": 3}`, []string{"epoch=0.5 : train_loss=3"}},
		{"step before iter", `{"iter": 7, "step": 1, "loss": 3}`, []string{"step=1 : iter=7 loss=3"}},
		{"steps in quotes", `{"step": "12", "loss": 3}`, []string{"step=12 : loss=3"}},
		{"a time", `{"step": 1, "_timestamp": 1790000000.5, "_runtime": 3.5, "loss": 1}`, []string{"step=1 time=1.7900000005e+09 elapsed=3.5 : loss=1"}},
		{"tokens", `{"step": 1, "tokens": 4096, "loss": 1}`, []string{"step=1 tokens=4096 : loss=1"}},
		{"a place alone", `{"step": 1}`, nil},
		{"no place", `{"loss": 1}`, []string{": loss=1"}},
		{"a configuration", `{"config": {"lr": 0.1, "opt": {"name": "sgd"}}}`, []string{"lr: 0.1", "opt.name: sgd"}},
		{"a name twice", `{"step": 1, "loss": 1, "loss": 2}`, []string{"step=1 : loss=2"}},
		{"a name written otherwise", `{"step": 1, "l\u006fss": 1, "\ud83d": 2}`, []string{"step=1 : loss=1 \ufffd=2"}},
		{"huge numbers", `{"step": 1, "a": 1e999, "b": 123456789012345678901234567890}`, []string{"step=1 : a=+Inf b=1.2345678901234568e+29"}},
		{"a step that is none", `{"step": NaN, "loss": 1}`, []string{": loss=1"}},
		{"bytes that are no UTF-8", "{\"step\": 1, \"l\xffss\": 2}", []string{"step=1 : l\xffss=2"}},
		{"no object", `[1, 2]`, []string{"bad 1: line 1, byte 0: no {"}},
		{"half an object", `{"step": 1, "loss`, []string{"bad 1: line 1, byte 12: a string without an end"}},
		{"two in a line", `{"step": 1} {"step": 2}`, []string{"bad 1: line 1, byte 12: something follows the end"}},
		{"zeros in it", "{\"step\": 1,\x00 \"loss\": 2}", []string{"bad 1: line 1 has zeros in it, where bytes of the file are lost"}},
		{"zeros around it", "\x00\x00{\"step\": 1, \"loss\": 2}\x00", []string{"step=1 : loss=2"}},
		{"hexadecimal", `{"step": 0x10}`, []string{"bad 1: line 1, byte 9: no value"}},
	} {
		text := c.text
		if text != "" {
			text += "\r\n"
		}
		got := checkPieces(t, jsonl, []byte(text))
		check(t, c.what, &got, c.want...)
		checkTorn(t, jsonl, text)
	}
}

// TestTellsAConfigurationOnce has it in every line, as some programs do.
func TestTellsAConfigurationOnce(t *testing.T) {
	got := checkPieces(t, jsonl, []byte(`{"step":1,"a":1,"config":{"lr":1}}
{"step":2,"a":1,"config":{"lr":1}}
{"step":3,"a":1,"config":{"lr":2}}
`))
	check(t, "three lines", &got, "step=1 : a=1", "step=2 : a=1", "step=3 : a=1", "lr: 1", "lr: 2")
}

// TestReadsLlamaFactory has the line that its documentation shows, and one of an
// evaluation.
func TestReadsLlamaFactory(t *testing.T) {
	text := `{"current_steps": 10, "total_steps": 300, "loss": 1.2, "lr": 4.9e-05, "epoch": 0.1, "percentage": 3.33, "elapsed_time": "0:00:12", "remaining_time": "0:05:48"}
{"current_steps": 20, "total_steps": 300, "eval_loss": NaN, "epoch": 0.2, "percentage": 6.67, "elapsed_time": "1 day, 0:00:25", "remaining_time": "0:05:30", "throughput": 1024.5, "total_tokens": 4096}
`
	want := []string{
		"step=10 epoch=0.1 elapsed=12 : loss=1.2 lr=4.9e-05",
		"step=20 epoch=0.2 tokens=4096 elapsed=86425 : eval_loss=NaN throughput=1024.5",
		"of 300",
	}
	fresh := func() Reader { return &jsonlReader{special: llamaFactoryMember} }
	got := checkPieces(t, fresh, []byte(text))
	check(t, "trainer_log.jsonl", &got, want...)
	checkTorn(t, fresh, text)
	root := folder(t, map[string]string{"trainer_log.jsonl": text, "trainer_state.json": state10, "all_results.json": "{\n    \"epoch\": 3.0,\n    \"eval_loss\": 1.5\n}\n"})
	checkFound(t, root, "llama-factory trainer_log.jsonl")
	check(t, "the folder", follow(t, opened(t, root)), want...)
}

// TestReadsRay has a trial as ray.tune.logger.json and .csv write it.
func TestReadsRay(t *testing.T) {
	lines := `{"training_iteration": 1, "loss": 0.5, "info": {"lr": 0.1}, "done": false, "trial_id": "a_0", "date": "2026-09-21_14-13-20", "timestamp": 1790000000, "time_total_s": 2.5, "pid": 42, "hostname": "box", "node_ip": "10.0.0.1", "config": {"lr": 0.1}}
{"training_iteration": 2, "loss": Infinity, "done": true, "timestamp": 1790000002, "time_total_s": 4.5, "pid": 42, "hostname": "box", "config": {"lr": 0.1}}
`
	rows := []string{
		"step=1 time=1.79e+09 elapsed=2.5 : loss=0.5 info/lr=0.1",
		"step=2 time=1.790000002e+09 elapsed=4.5 : loss=+Inf",
	}
	fresh := func() Reader { return (&rayTrial{}).lines() }
	got := checkPieces(t, fresh, []byte(lines))
	check(t, "result.json", &got, append(rows, "lr: 0.1", "on box 42", "end 2 the trial is done")...)
	checkTorn(t, fresh, lines)

	csv := "training_iteration,loss,info/lr,done,timestamp,time_total_s,pid,hostname,config/lr\r\n" +
		"1,0.5,0.1,False,1790000000,2.5,42,box,0.1\r\n2,inf,,True,1790000002,4.5,42,box,0.1\r\n"
	fresh = func() Reader { return (&rayTrial{}).table() }
	got = checkPieces(t, fresh, []byte(csv))
	check(t, "progress.csv", &got, append(rows, "lr: 0.1", "on box 42", "end 2 the trial is done")...)
	checkTorn(t, fresh, csv)

	root := folder(t, map[string]string{"result.json": lines, "progress.csv": csv, "params.json": `{"lr": 0.1, "net": {"sizes": [64, 64]}}`})
	checkFound(t, root, "ray result.json")
	check(t, "the folder", follow(t, opened(t, root)), append(rows, "lr: 0.1", "lr: 0.1", "net.sizes: [64, 64]", "on box 42", "end 2 the trial is done")...)
	checkFound(t, folder(t, map[string]string{"progress.csv": csv}), "ray progress.csv")
}

func TestRayTrialThatGoesOn(t *testing.T) {
	got := pieces((&rayTrial{}).lines(), []byte("{\"training_iteration\": 1, \"done\": true}\n{\"training_iteration\": 2, \"done\": false}\n"), 7)
	check(t, "a trial that was done", &got, "end 1 ")
}

func TestHostileJSONLines(t *testing.T) {
	got := pieces(jsonl(), []byte(`{"step":1,"s":"`+strings.Repeat("9", 10<<20)+"\"}\n{\"step\":2,\"loss\":3}\n"), 64<<10)
	check(t, "a line of 10 MB", &got, "step=2 : loss=3", "bad 1: line 1 is longer than 4 MB")

	for _, open := range []string{`{"a":`, `[`, `{"a":[`} {
		got = pieces(jsonl(), []byte(`{"a":`+strings.Repeat(open, 10_000)+"\n{\"step\":2,\"loss\":3}\n"), 997)
		check(t, "10,000 of "+open, &got, "step=2 : loss=3", "bad 1: line 1, "+errTooDeep.Error())
	}

	var b strings.Builder
	b.WriteString(`{"step":1`)
	for i := range 100_000 {
		b.WriteString(`,"a` + strings.Repeat("b", i%5) + string(rune('0'+i%10)) + string(rune(0x4e00+i/10)) + `":1`)
	}
	b.WriteString("}\n{\"step\":2,\"a0\u4e00\":3}\n")
	got = pieces(jsonl(), []byte(b.String()), 997)
	if n := len(got.Rows[0].Values); len(got.Rows) != 2 || n != mostTags-1 || got.Bad != 1 {
		t.Errorf("of 100,000 names it has %d in %d rows, %d bad; want %d in 2 rows, 1 bad", n, len(got.Rows), got.Bad, mostTags-1)
	}

	got = pieces(jsonl(), []byte(`{"step":1,"loss":2,"`+strings.Repeat("x", 5000)+"\":3}\n"), 997)
	check(t, "a name of 5,000 bytes", &got, "step=1 : loss=2", "bad 1: line 1: more than 20,000 names of values, or a longer one than 1,000 bytes")
}

func TestFindsJSONLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"log.jsonl", "{\"step\":1,\"loss\":2}\n", "jsonl log.jsonl"},
		{"log.ndjson", "{\"loss\":2}\n", "jsonl log.ndjson"},
		{"log.jsonl", "{\"config\":{\"lr\":1}}\n{\"event\":\"start\"}\n{\"epoch\":1,\"x\":2}\n", "jsonl log.jsonl"},
		{"log.txt", "{\"train_loss\":1,\"epoch\":2}\n", "jsonl log.txt"},                           // DETR, MAE
		{"scalars.json", "{\"lr\":1,\"loss\":2,\"step\":3}\n{\"step\":4}\n", "jsonl scalars.json"}, // MMEngine
		{"log.jsonl", "{\"step\":1,\"loss\":2}", ""},                                               // half a line
		{"train.jsonl", "{\"text\":\"a\",\"label\":1}\n", ""},                                      // a data set
		{"train.jsonl", strings.Repeat("{\"id\":1,\"score\":2}\n", 50), ""},                        // likewise
		{"package.json", "{\n  \"name\": \"x\",\n  \"version\": \"1.0.0\"\n}\n", ""},               // takes many lines
		{"package.json", "{\"name\":\"x\",\"version\":1,\"private\":true}\n", ""},                  // counts nothing
		{"tsconfig.json", "{\"compilerOptions\":{\"strict\":true,\"target\":1}}\n", ""},            // likewise
		{"geo.json", "[1,2,3]\n", ""},
		{"log.txt", "step 1 loss 2\n", ""},
		{"result.json", "{\"step\":1,\"ok\":2}\n{\"step\":2,\"ok\":2}\n", "jsonl result.json"}, // not of Ray
		{"result.json", "{\"ok\":2}\n", ""},
		{"metrics.json", "{\"step\":1,\"loss\":2}\n", ""}, // a summary
		{"step.json", "{\"step\":1}\n", ""},
	} {
		root := folder(t, map[string]string{c.name: c.text})
		if got := strings.Join(found(t, root), "|"); got != c.want {
			t.Errorf("in %s with %q finds %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func FuzzJSONLines(f *testing.F) {
	f.Add([]byte("{\"step\": 1, \"a\": NaN, \"b\": {\"c\": -Infinity}, \"d\": [1, {}]}\n"))
	f.Add([]byte("{\"current_steps\": 10, \"total_steps\": 300, \"elapsed_time\": \"1 day, 0:00:12\"}\r\n"))
	f.Add([]byte("{\"training_iteration\": 1, \"done\": true, \"config\": {\"lr\": [1]}, \"timestamp\": \"2026-09-22 12:00:00\"}\n"))
	f.Add([]byte("{\"\\u0061\": \"\\ud83d\", \"a\": 1}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		isJSONLines(data)
		checkOnePiece(t, jsonl, func() Reader { return (&rayTrial{}).lines() }, data)
	})
}
