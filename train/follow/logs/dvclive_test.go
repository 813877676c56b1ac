package logs

import (
	"os"
	"testing"
)

// TestFollowsDVCLive writes the folder as dvclive.Live does: a table a value, with
// the time where save_dvc_exp wants it, and a summary that is written anew at each
// step.
func TestFollowsDVCLive(t *testing.T) {
	root := folder(t, map[string]string{
		"plots/metrics/acc.tsv":        "step\tacc\n0\t0.5\n1\t0.75\n",
		"plots/metrics/train/loss.tsv": "timestamp\tstep\tloss\n1790000000500\t0\t2.5\n1790000001500\t1\tnan\n",
		"plots/metrics/eval/epoch.tsv": "step\tepoch\n1\t7\n",
		"plots/images/a.png":           "",
		"metrics.json":                 "{\n    \"step\": 1,\n    \"acc\": 0.75\n}\n",
		"params.yaml":                  "lr: 0.1\n",
	})
	checkFound(t, root, "dvclive .")
	l := opened(t, root)
	first := []string{"step=0 time=1.7900000005e+09 : acc=0.5 train/loss=2.5", "step=1 time=1.7900000015e+09 : acc=0.75 eval/epoch=7 train/loss=NaN"}
	check(t, "at first", follow(t, l), append(first, "lr: 0.1")...)
	check(t, "nothing new", follow(t, l))

	write(t, root+"/plots/metrics/acc.tsv", "step\tacc\n0\t0.5\n1\t0.75\n2\t0.875\n3\t0.9")
	write(t, root+"/plots/metrics/new.tsv", "step\tnew\n2\t1\n")
	check(t, "with another step and half of one", follow(t, l), "step=2 : acc=0.875 new=1")

	write(t, root+"/plots/metrics/acc.tsv", "step\tacc\n0\t0.25\n")
	check(t, "with a table written anew", follow(t, l),
		"anew",
		"step=0 time=1.7900000005e+09 : acc=0.25 train/loss=2.5",
		"step=1 time=1.7900000015e+09 : eval/epoch=7 train/loss=NaN",
		"step=2 : new=1",
		"lr: 0.1")

	if err := os.RemoveAll(root + "/plots/metrics/train"); err != nil {
		t.Fatal(err)
	}
	check(t, "with a table gone", follow(t, l), "anew", "step=0 : acc=0.25", "step=1 : eval/epoch=7", "step=2 : new=1", "lr: 0.1")
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Follow(&Batch{}); err == nil {
		t.Error("a folder that is gone is no error")
	}
}

// TestDVCLiveThatGoesBack has a table of a run that was resumed from an earlier
// step: the order is left as it is, since it tells so.
func TestDVCLiveThatGoesBack(t *testing.T) {
	root := folder(t, map[string]string{
		"plots/metrics/a.tsv": "step\ta\n0\t1\n1\t2\n0\t3\n",
		"plots/metrics/b.tsv": "step\tb\n0\t1\n",
		"metrics.json":        "{}",
	})
	check(t, "it", follow(t, opened(t, root)), "step=0 : a=1", "step=1 : a=2", "step=0 : a=3", "step=0 : b=1")
}

func TestFindsNoDVCLive(t *testing.T) {
	checkFound(t, folder(t, map[string]string{"plots/a.png": "", "metrics.json": "{}"}))
	checkFound(t, folder(t, map[string]string{"plots/metrics": "", "metrics.json": "{}"}))
	checkFound(t, folder(t, map[string]string{"plots/metrics/a.tsv": ""}))
}
