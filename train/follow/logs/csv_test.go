package logs

import (
	"fmt"
	"strings"
	"testing"
)

func table() Reader { return &csvReader{} }

// A file as Lightning's own documentation and issues 1629 and 4143 show it: rows of
// training and of validation, each with the cells of the other empty.
const lightningCSV = "epoch,step,train_loss,val_loss\n" +
	"0,49,0.6931,\n" +
	"0,99,,0.6512\n" +
	"1,149,nan,\n"

func TestReadsLightning(t *testing.T) {
	got := checkPieces(t, table, []byte(lightningCSV))
	check(t, "metrics.csv", &got,
		"step=49 epoch=0 : train_loss=0.6931",
		"step=99 epoch=0 : val_loss=0.6512",
		"step=149 epoch=1 : train_loss=NaN")
	checkTorn(t, table, lightningCSV)
}

// TestFollowsLightningAnew writes the file as the logger does: opened for appending
// while the keys stay, written whole when one comes.
func TestFollowsLightningAnew(t *testing.T) {
	root := folder(t, map[string]string{
		"metrics.csv":  "epoch,step,train_loss\n0,49,0.6931\n0,99,0.51\n",
		"hparams.yaml": "lr: 0.001\nmodel:\n  depth: 3\n",
	})
	checkFound(t, root, "lightning metrics.csv")
	l := opened(t, root)
	check(t, "at first", follow(t, l),
		"step=49 epoch=0 : train_loss=0.6931",
		"step=99 epoch=0 : train_loss=0.51",
		"lr: 0.001", "model.depth: 3")
	check(t, "with nothing new", follow(t, l))
	write(t, root+"/metrics.csv", "epoch,step,train_loss,val_loss\n0,49,0.6931,\n0,99,0.51,\n0,99,,0.65\n")
	check(t, "with a new key", follow(t, l),
		"anew",
		"step=49 epoch=0 : train_loss=0.6931",
		"step=99 epoch=0 : train_loss=0.51",
		"step=99 epoch=0 : val_loss=0.65",
		"lr: 0.001", "model.depth: 3")
	write(t, root+"/hparams.yaml", "lr: [0.002")
	check(t, "while the parameters are written", follow(t, l))
	check(t, "when they stay broken", follow(t, l), "bad 1: hparams.yaml cannot be read")
	check(t, "and still", follow(t, l))
	write(t, root+"/hparams.yaml", "lr: [0.002]")
	check(t, "when they are whole", follow(t, l), "lr: [0.002]")
}

// TestReadsKeras has the forms that the callback's source and its test in Keras
// write: "NA" for what was not logged, lists in quotes, any separator.
func TestReadsKeras(t *testing.T) {
	for _, sep := range []string{",", ";", "\t"} {
		text := strings.ReplaceAll("epoch|accuracy|loss|val_accuracy|val_loss\n"+
			"0|0.91|0.31|0.93|0.24\n"+
			"1|NA|\"\"\"[1, 2]\"\"\"|1e-3|inf\n", "|", sep)
		got := checkPieces(t, table, []byte(text))
		check(t, fmt.Sprintf("separator %q", sep), &got,
			"epoch=0 : accuracy=0.91 loss=0.31 val_accuracy=0.93 val_loss=0.24",
			"epoch=1 : val_accuracy=0.001 val_loss=+Inf",
			`bad 1: line 3: loss is "\"[1, 2]\"", which is no number`)
		checkTorn(t, table, text)
		checkFound(t, folder(t, map[string]string{"training.log": text}), "keras training.log")
	}
}

// TestReadsUltralytics has the header of a version that pads names, and the rows of
// one that does not.
func TestReadsUltralytics(t *testing.T) {
	text := "                  epoch,             time,         train/box_loss,   metrics/mAP50-95(B),                 lr/pg0\n" +
		"1,12.5,1.234,0.5,0.01\n" +
		"                      2,             25.0,                  1.125,                  0.625,                  0.009\n"
	fresh := func() Reader { return &csvReader{elapsed: true} }
	rows := []string{
		"epoch=1 elapsed=12.5 : train/box_loss=1.234 metrics/mAP50-95(B)=0.5 lr/pg0=0.01",
		"epoch=2 elapsed=25 : train/box_loss=1.125 metrics/mAP50-95(B)=0.625 lr/pg0=0.009",
	}
	got := checkPieces(t, fresh, []byte(text))
	check(t, "results.csv", &got, rows...)
	checkTorn(t, fresh, text)
	root := folder(t, map[string]string{"results.csv": text, "args.yaml": "task: detect\nimgsz: 640\n"})
	checkFound(t, root, "ultralytics results.csv")
	check(t, "the folder", follow(t, opened(t, root)), append(rows, "task: detect", "imgsz: 640")...)
	root = folder(t, map[string]string{"results.csv": text, "opt.yaml": "hyp:\n  lr0: 0.01\n"})
	check(t, "a folder of YOLOv5", follow(t, opened(t, root)), append(rows, "hyp.lr0: 0.01")...)
}

// TestReadsTables has what any program may write.
func TestReadsTables(t *testing.T) {
	for _, c := range []struct {
		what, text string
		want       []string
	}{
		{"a header alone", "step,loss\n", nil},
		{"nothing", "", nil},
		{"CRLF and the mark of an editor", "\ufeffstep,loss\r\n1,2\r\n", []string{"step=1 : loss=2"}},
		{"names in quotes, with commas", "step,\"loss, \"\"mean\"\"\"\n1,2\n", []string{`step=1 : loss, "mean"=2`}},
		{"an index without a name", ",step,loss\n0,10,2\n", []string{"step=10 : loss=2"}},
		{"TensorBoard's download", "Wall time,Step,Value\n1790000000.5,10,2.5\n", []string{"step=10 time=1.7900000005e+09 : Value=2.5"}},
		{"milliseconds", "timestamp,step,loss\n1790000000500,10,2.5\n", []string{"step=10 time=1.7900000005e+09 : loss=2.5"}},
		{"a time that is none since 1970", "step,time\n1,0.25\n", []string{"step=1 : time=0.25"}},
		{"two that count steps", "iteration,step,loss\n7,1,2\n", []string{"step=1 : iteration=7 loss=2"}},
		{"a time in words", "timestamp,step,loss\n2026-09-22T12:00:00Z,1,2\n", []string{"step=1 time=1.7900784e+09 : loss=2"}},
		{"a time since the beginning", "step,elapsed_time,loss\n1,\"1 day, 1:02:03\",2\n", []string{"step=1 elapsed=90123 : loss=2"}},
		{"words", "step,name,loss\n1,resnet,2\n", []string{"step=1 : loss=2"}},
		{"comments and empty lines", "# made by hand\n\nstep,loss\n\n1,2\n", []string{"step=1 : loss=2"}},
		{"a row too short", "step,loss\n1\n2,3\n", []string{"step=2 : loss=3", "bad 1: line 2: 1 cells, where the header names 2"}},
		{"two writers in a line", "step,loss\n1,0.32,0.5\n3,4\n", []string{"step=3 : loss=4", "bad 1: line 2: 3 cells, where the header names 2"}},
		{"a comma at the end", "step,loss\n1,2,\n", []string{"step=1 : loss=2"}},
		{"no number", "step,loss\n1,2\nx,3\n4,abc\n", []string{"step=1 : loss=2", ": loss=3", `bad 2: line 3: step is "x", which is no number`}},
		{"the header again", "step,loss\n1,2\nstep,loss\n1,3\n", []string{"step=1 : loss=2", "step=1 : loss=3"}},
		{"another header", "step,loss\n1,2\nstep,loss,acc\n2,3,4\n", []string{"step=1 : loss=2", "step=2 : loss=3 acc=4"}},
		{"another header as long", "step,loss\n1,2\nstep,acc\n2,3\n", []string{"step=1 : loss=2", "step=2 : acc=3"}},
		{"a name twice", "step,loss,loss\n1,2,3\n", []string{"step=1 : loss=2", `bad 1: line 1: there is a column "loss" before`}},
		{"a quote without end", "step,loss\n1,\"2\n2,3\n", []string{"step=2 : loss=3", "bad 1: line 2: a quote does not end"}},
		{"zeros where bytes were lost", "step,loss\n\x00\x00\x001,2\n\x00\x00\n2,\x00\x003\n", []string{"step=1 : loss=2", `bad 1: line 4 has zeros in it, where bytes of the file are lost`}},
		{"huge numbers", "step,loss\n1,1e999\n2,-1e999\n3,1" + strings.Repeat("0", 400) + "\n", []string{"step=1 : loss=+Inf", "step=2 : loss=-Inf", "step=3 : loss=+Inf"}},
		{"bytes that are no UTF-8", "step,l\xffss\n1,2\n", []string{"step=1 : l\xffss=2"}},
	} {
		got := checkPieces(t, table, []byte(c.text))
		check(t, c.what, &got, c.want...)
		checkTorn(t, table, c.text)
	}
}

func TestHostileTables(t *testing.T) {
	long := "step,loss\n1," + strings.Repeat("9", 10<<20) + "\n2,3\n"
	got := pieces(table(), []byte(long), 64<<10)
	check(t, "a line of 10 MB", &got, "step=2 : loss=3", "bad 1: line 2 is longer than 4 MB")

	wide := "step" + strings.Repeat(",a", 100_000) + "\nstep,loss\n2,3\n"
	got = pieces(table(), []byte(wide), 997)
	check(t, "100,000 columns", &got, "step=2 : loss=3", "bad 1: line 1: more than 20,000 columns")
}

func TestFindsTables(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"log.csv", "step,loss\n1,2\n", "csv log.csv"},
		{"log.tsv", "step\tloss\n1\t2\n", "csv log.tsv"},
		{"log.csv", "step,loss\n", ""},             // it may be anything yet
		{"log.csv", "step,loss\n1,", ""},           // likewise
		{"log.csv", "step,what\n1,red\n", ""},      // has words
		{"log.csv", "step,loss\nfirst,2\n", ""},    // counts nothing
		{"iris.csv", "sepal,petal\n5.1,3.5\n", ""}, // a data set
		{"prices.csv", "time,price\n1e9,2\n", ""},  // a time series of something else
		{"metrics.csv", "a,b\n1,2\n", ""},          // no Lightning
		{"metrics.csv", "step,b\n", "lightning metrics.csv"},
		{"results.csv", "epoch,loss\n1,2\n", "keras results.csv"},
		{"results.csv", "name,score\na,1\n", ""},
		{"h.csv", "epoch,loss,acc\n1,2,3\n", "csv h.csv"}, // not in the order of Keras
		{"h.csv", "\x00\x01\x02", ""},
		{"k7q2m.csv", "run,metric,evals,epochs,step,value,low,high\nsgd,loss,64,0.1,1,2.3,,\n", ""}, // our own export
		{"optwatch-0-41-values.csv", "run,loss,evals,epochs,step\nsgd,2.3,64,0.1,1\n", ""},          // likewise
		{"log.csv", "run,loss,evals,epochs,step\n1,2.3,64,0.1,1\n", "csv log.csv"},
		{"log.csv", "run,metric,step,value\n1,2.3,64,0.1\n", "csv log.csv"},
	} {
		root := folder(t, map[string]string{c.name: c.text})
		var want []string
		if c.want != "" {
			want = append(want, c.want)
		}
		if got := found(t, root); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("in %s with %q finds %q, want %q", c.name, c.text, got, want)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(lightningCSV))
	f.Add([]byte("epoch;loss\n0;\"[1, 2]\"\nstep,a\n"))
	f.Add([]byte("timestamp\tstep\tloss\n1790000000500\t10\t2.5\n"))
	f.Add([]byte("step,elapsed,time\n1,\"1 day, 1:02:03\",2026-09-22 12:00:00\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		isTable(data)
		isKeras(data)
		checkOnePiece(t, table, func() Reader { return (&rayTrial{}).table() }, data)
	})
}
