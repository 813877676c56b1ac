package logs

import (
	"os"
	"strings"
	"testing"
)

// state10 is what transformers writes: json.dumps with an indent of 2 and sorted
// keys. The entries are those of its documentation.
const state10 = `{
  "best_metric": null,
  "best_model_checkpoint": null,
  "epoch": 0.07,
  "eval_steps": 500,
  "global_step": 10,
  "is_hyper_param_search": false,
  "is_local_process_zero": true,
  "log_history": [
    {
      "epoch": 0.035,
      "grad_norm": 0.53,
      "learning_rate": 0.0002,
      "loss": 1.0758,
      "step": 5
    },
    {
      "epoch": 0.07,
      "eval_loss": NaN,
      "eval_runtime": 1.5,
      "step": 10
    }
  ],
  "logging_steps": 5,
  "max_steps": 300,
  "num_train_epochs": 3,
  "stateful_callbacks": {
    "TrainerControl": {
      "args": {
        "should_log": false
      },
      "attributes": {}
    }
  },
  "total_flos": 1.5e+18,
  "train_batch_size": 8,
  "trial_name": null,
  "trial_params": {
    "lr": 0.0002
  }
}
`

// state20 is a later one of the same run, and stateEnd the one at its end.
var (
	state20 = strings.Replace(strings.Replace(state10, "\n    }\n  ],", `
    },
    {
      "epoch": 0.14,
      "loss": 0.5,
      "step": 20
    }
  ],`, 1), `"global_step": 10`, `"global_step": 20`, 1)
	stateEnd = strings.Replace(strings.Replace(state20, "\n    }\n  ],", `
    },
    {
      "epoch": 0.14,
      "step": 20,
      "total_flos": 2.5,
      "train_loss": 0.75,
      "train_runtime": 12.5
    }
  ],`, 1), `"train_batch_size": 8`, `"train_batch_size": 8, "x": Infinity`, 1)
)

var (
	rows10 = []string{
		"step=5 epoch=0.035 : grad_norm=0.53 learning_rate=0.0002 loss=1.0758",
		"step=10 epoch=0.07 : eval_loss=NaN eval_runtime=1.5",
	}
	config10 = []string{
		"eval_steps: 500", "logging_steps: 5", "num_train_epochs: 3", "train_batch_size: 8", "lr: 0.0002", "of 300",
	}
)

func TestFollowsTrainerState(t *testing.T) {
	root := folder(t, map[string]string{"checkpoint-10/trainer_state.json": state10, "checkpoint-10/model.bin": ""})
	checkFound(t, root, "trainer-state .")
	checkFound(t, root+"/checkpoint-10")
	l := opened(t, root)
	check(t, "one checkpoint", follow(t, l), append(rows10, config10...)...)
	check(t, "nothing new", follow(t, l))

	write(t, root+"/checkpoint-20/trainer_state.json", state20[:len(state20)/2])
	check(t, "half a state", follow(t, l))
	check(t, "half a state that stays", follow(t, l), "bad 1: checkpoint-20/trainer_state.json cannot be read")
	write(t, root+"/checkpoint-20/trainer_state.json", state20)
	check(t, "a whole one", follow(t, l), append([]string{"step=20 epoch=0.14 : loss=0.5"}, config10...)...)

	write(t, root+"/trainer_state.json", stateEnd)
	check(t, "an end of the same step", follow(t, l), append(append([]string{"step=20 epoch=0.14 : total_flos=2.5 train_loss=0.75 train_runtime=12.5"}, config10...), "end 2 the training has ended")...)

	write(t, root+"/checkpoint-30/trainer_state.json", strings.Replace(strings.Replace(state10, "1.0758", "2.5", 1), `"global_step": 10`, `"global_step": 30`, 1))
	want := append([]string{"anew", strings.Replace(rows10[0], "1.0758", "2.5", 1), rows10[1]}, config10...)
	check(t, "another run in the same folder", follow(t, l), append(want, "end 1 ")...)

	if err := os.RemoveAll(root + "/checkpoint-30"); err != nil {
		t.Fatal(err)
	}
	check(t, "a checkpoint that went", follow(t, l))
}

// TestTrainerStateAnywhereCut has a state that is being written: it is read when it
// is whole, and not before.
func TestTrainerStateAnywhereCut(t *testing.T) {
	text := strings.TrimSpace(state10)
	for cut := range text {
		if _, err := parseState([]byte(text[:cut])); err == nil {
			t.Fatalf("cut at byte %d it is read as whole", cut)
		}
	}
	if _, err := parseState([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

func TestTrainerStateFolders(t *testing.T) {
	checkFound(t, folder(t, map[string]string{"trainer_state.json": state10}), "trainer-state .")
	checkFound(t, folder(t, map[string]string{"trainer_state.json": ""}))
	checkFound(t, folder(t, map[string]string{"checkpoint-5/model.bin": "", "checkpoint-x/trainer_state.json": state10}))
	checkFound(t, folder(t, map[string]string{"checkpoint-9/model.bin": "", "checkpoint-10/model.bin": "", "checkpoint-5/trainer_state.json": state10}), "trainer-state .")
	if got := checkpoints(entriesOf(t, folder(t, map[string]string{"checkpoint-9/a": "", "checkpoint-10/a": "", "checkpoint-1e3/a": ""}))); strings.Join(got, " ") != "checkpoint-10 checkpoint-9" {
		t.Errorf("checkpoints are %q, want the last first", got)
	}
}

func entriesOf(t *testing.T, root string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestHostileTrainerState(t *testing.T) {
	for _, c := range []struct {
		what, text string
		rows, bad  int
		fails      bool
	}{
		{"entries that are none", `{"log_history":[1,"a",[],{"step":1,"loss":2},null]}`, 1, 4, false},
		{"a list in the wrong place", `{"log_history":{"step":1},"max_steps":"many","global_step":[1]}`, 0, 0, false},
		{"a list twice", `{"log_history":[{"step":1,"loss":2}],"log_history":[{"step":3,"loss":4}]}`, 1, 0, false},
		{"too deep", `{"log_history":[` + strings.Repeat("[", 10_000), 0, 0, true},
		{"something behind it", `{"log_history":[]}{}`, 0, 0, true},
		{"zeros", "\x00\x00\x00", 0, 0, true},
		{"nothing", "", 0, 0, true},
	} {
		st, err := parseState([]byte(c.text))
		if (err != nil) != c.fails {
			t.Errorf("%s: error %v", c.what, err)
		} else if err == nil && (len(st.rows) != c.rows || st.bad != c.bad) {
			t.Errorf("%s: %d rows, %d bad, want %d, %d", c.what, len(st.rows), st.bad, c.rows, c.bad)
		}
	}
}

func FuzzTrainerState(f *testing.F) {
	f.Add([]byte(state10))
	f.Add([]byte(`{"log_history":[{"step":1,"train_runtime":NaN},[]],"max_steps":1e400,"trial_params":{"a":[{}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := parseState(data)
		if err != nil {
			return
		}
		if st.sumOf(len(st.rows)) == 0 && len(st.rows) > 0 {
			t.Error("rows have no sum")
		}
		var found Found
		s := stateFollower{}
		s.show(st, &found)
		if len(found.Rows) != len(st.rows) || found.Bad != st.bad {
			t.Errorf("shows %d rows and %d bad of %d and %d", len(found.Rows), found.Bad, len(st.rows), st.bad)
		}
		found.Clear()
		if s.show(st, &found); len(found.Rows) != 0 || found.Anew {
			t.Errorf("shows %d rows again", len(found.Rows))
		}
	})
}
