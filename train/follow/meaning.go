package follow

import (
	"slices"
	"strings"

	"optwatch/train/view"
)

// meaning is a quantity that programs log under different tags. Runs are compared
// by it, whoever logged them.
type meaning struct {
	key, title, name string
	tags             []string // in lower case
	scale            view.Scaling
	better           int
	format           view.Format
	beside           string // key of the meaning that is drawn faintly behind it
}

// meanings are those that are known, in the order in which charts begin with them.
var meanings = []meaning{
	{
		key: "loss", title: "training loss", name: "loss", scale: view.LinearFirst, better: -1, format: view.Digits, beside: "val_loss",
		tags: []string{"loss", "train/loss", "train_loss", "training_loss", "loss/train", "epoch_loss", "trl", "total_loss", "train/total_loss", "train/loss_step", "train_loss_step", "train/box_loss", "batch_loss"},
	},
	{
		key: "val_loss", title: "validation loss", name: "val loss", scale: view.LinearFirst, better: -1, format: view.Digits,
		tags: []string{"val/loss", "val_loss", "valid/loss", "valid_loss", "validation/loss", "validation_loss", "loss/val", "loss/valid", "loss/validation", "loss/test", "eval/loss", "eval_loss", "test/loss", "test_loss", "tel", "evaluation_loss_vs_iterations", "val/box_loss", "dev/loss", "dev_loss"},
	},
	{
		key: "val_accuracy", title: "validation accuracy", name: "val acc", better: 1, format: view.Digits,
		tags: []string{"val/accuracy", "val_accuracy", "val/acc", "val_acc", "valid/accuracy", "valid_accuracy", "valid_acc", "validation/accuracy", "validation_accuracy", "accuracy/val", "accuracy/validation", "eval/accuracy", "eval_accuracy", "eval_acc", "test/accuracy", "test_accuracy", "test_acc", "metrics/map50-95(b)"},
	},
	{
		key: "accuracy", title: "training accuracy", name: "accuracy", better: 1, format: view.Digits,
		tags: []string{"accuracy", "acc", "train/accuracy", "train_accuracy", "train/acc", "train_acc", "accuracy/train", "epoch_accuracy", "sparse_categorical_accuracy", "categorical_accuracy", "binary_accuracy"},
	},
	{
		key: "reward", title: "reward", name: "reward", better: 1,
		tags: []string{"reward", "rollout/ep_rew_mean", "episode_reward_mean", "env_runners/episode_return_mean", "mean_reward", "train/reward"},
	},
	{
		key: "lr", title: "learning rate", name: "lr", scale: view.LinearFirst,
		tags: []string{"lr", "learning_rate", "train/learning_rate", "train/lr", "lr/pg0", "epoch_learning_rate", "lr-adam", "lr-adamw", "lr-sgd"},
	},
	{
		key: "grad_norm", title: "gradient norm", name: "grad norm", scale: view.LinearFirst, better: -1,
		tags: []string{"grad_norm", "train/grad_norm", "norm", "gradnorm", "gradient_norm", "grad/norm"},
	},
}

// meant is the meaning of a tag; nil where it has none but itself.
func meant(tag string) *meaning {
	tag = strings.ToLower(tag)
	for i := range meanings {
		if slices.Contains(meanings[i].tags, tag) {
			return &meanings[i]
		}
	}
	return nil
}

// The metrics that go with another one's chart: what a run had come to before it
// began again, and the validation beside the training.
const (
	formerly = "\x00formerly"
	besides  = "\x00beside"
)

// metricOf is the metric of a key as a viewer draws it.
func metricOf(key string) view.Metric {
	for i := range meanings {
		if m := &meanings[i]; m.key == key {
			return view.Metric{Key: key, Title: m.title, Name: m.name, Format: m.format, Scale: m.scale, Better: m.better}
		}
	}
	m := view.Metric{Key: key, Title: tagOf(key), Scale: view.LinearFirst}
	last := strings.ToLower(m.Title[strings.LastIndexByte(m.Title, '/')+1:])
	switch {
	case strings.Contains(last, "loss"), strings.Contains(last, "error"), strings.HasSuffix(last, "perplexity"):
		m.Better, m.Format = -1, view.Digits
	case strings.Contains(last, "acc"), strings.Contains(last, "reward"), strings.Contains(last, "f1"):
		m.Better = 1
	}
	return m
}

// charted puts metrics in the order in which they are cycled through: what is
// known first, then by what stands before the slash, as people group them.
func charted(a, b string) int {
	if x, y := known(a), known(b); x != y {
		return x - y
	}
	return strings.Compare(a, b)
}

// known is where a key stands among the meanings; behind all where it does not.
func known(key string) int {
	i := slices.IndexFunc(meanings, func(m meaning) bool { return m.key == key })
	if i < 0 {
		return len(meanings)
	}
	return i
}
