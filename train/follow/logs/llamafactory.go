package logs

// LLaMA-Factory appends a line of JSON to trainer_log.jsonl each time that it logs,
// which says of how many steps the current one is.
//
// Reference: LLaMA-Factory, src/llamafactory/train/callbacks.py, LogCallback.

var llamaFactory = Format{
	Name:  "llama-factory",
	Title: "trainer_log.jsonl of LLaMA-Factory",
	Find: func(d *Folder) []string {
		return look(d, func(name string) bool { return name == "trainer_log.jsonl" }, func([]byte) bool { return true })
	},
	Open: func(path string) Follower {
		return NewTail(path, func() Reader { return &jsonlReader{special: llamaFactoryMember} })
	},
}

func llamaFactoryMember(key string, v jsonValue, f *Found) bool {
	switch key {
	case "total_steps":
		if v.kind == jsonNumber && v.number > 0 && v.number < 1e15 {
			f.About.Total = v.number
		}
	case "percentage", "remaining_time": // of the steps, once more
	default:
		return false
	}
	return true
}
