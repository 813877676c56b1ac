package logs

import "strings"

// takeHuggingFace takes what the Trainer of transformers prints: the dictionary
// of a log, as Python prints it. New versions print the numbers in quotes. It
// tells no step, so that logs of training are counted; one of an evaluation is of
// the log before it.
//
//	{'loss': 1.07, 'grad_norm': 0.5, 'learning_rate': 2e-05, 'epoch': 0.07}
//	{'eval_loss': '0.98', 'eval_runtime': '1.2', 'epoch': '1.0'}
func takeHuggingFace(t *textReader, line string, f *Found) bool {
	i := strings.Index(line, "{'")
	if i < 0 {
		return false
	}
	found, n := literals([]byte(line[i:]))
	if n == 0 || strings.TrimSpace(line[i+n:]) != "" {
		return false
	}
	row := NewRow()
	values := 0
	training := false
	for _, l := range found {
		v, ok := number(l.text)
		if !ok || l.kind == literalOther {
			continue
		}
		switch l.key {
		case "epoch":
			row.Epoch = v
			continue
		case "step", "global_step":
			row.Step = v
			continue
		case "loss", "learning_rate", "grad_norm":
			training = true
		}
		values++
		f.Put(l.key, v, false)
	}
	if values == 0 {
		return false
	}
	if row.Step != row.Step {
		if training || t.logged == 0 {
			t.logged++
		}
		row.Step = float64(t.logged)
	}
	f.Add(row)
	return true
}
