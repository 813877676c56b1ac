// Package script steers a training script by files in a folder of its run, over
// any file system, in any language, and whether or not a monitor is there.
// Python is the script's side in one file; Dir is the monitor's. The protocol,
// each line JSON in UTF-8 and a write of its own, opened to append:
//
// run.json is made by the script and renamed into place, again when it declares
// more:
//
//	{"optwatch":1, "start":"…", "pid":1, "host":"…", "namespace":"…", "uid":0, "control":17,
//	 "began":1e9, "total_steps":100, "config":{…}, "controls":[…], "checkpoint":true}
//
// start is drawn anew each time that the script starts; namespace is what
// /proc/self/ns/pid links to; control is the inode of control.jsonl, by which a
// copied folder is known. A control is {"name", "kind":"number", "min", "max",
// "whole", "value"} or {"name", "kind":"choice", "options":[…], "value"}.
//
// events.jsonl is appended by the script, all with "event" first and "time":
//
//	start    run: as in run.json
//	declare  controls, checkpoint: as in run.json
//	log      step, epoch, tokens, values: {"loss":0.5}; NaN, Infinity in quotes
//	state    state: running, paused, stopped, finished or failed; text: why
//	answer   id, ok, text; of a change also name, value: that it has now
//	note     text: a complaint, e.g. of a control file that it does not obey
//
// control.jsonl is made by the script with mode 0600 and appended by monitors:
//
//	{"id":"…", "start":"…", "who":"…", "time":1e9, "kind":"set", "name":"lr", "value":0.1}
//
// kind is pause, resume, step (one log call, then pause), stop, checkpoint, set or
// choose. At every log call the script looks at the file's size and reads what is
// new, if the file is a regular one with the inode that it made, is its user's
// own, and nobody else may write to it; else it notes why and goes on. What is
// there when it starts is of an earlier start. Each command that it can read it
// answers, in their order; one for another start is refused. Lines may be empty, and
// are begun with a line end by monitors, so that a half-written one harms no other.
// While it is paused the script looks again every 50 ms.
//
// testdata/example.c is a script in C, in which a run can be paused and stopped.
// Over NFS clients may write at once and tear each other's lines: a torn command is
// skipped with a note, and its monitor has no answer.
package script
