"""What a script sees of optwatch.py, and what it writes."""

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import types
import unittest
from unittest import mock

import optwatch

HERE = os.path.dirname(os.path.abspath(__file__))


class Case(unittest.TestCase):
    def setUp(self):
        tmp = tempfile.TemporaryDirectory()
        self.addCleanup(tmp.cleanup)
        self.dir = os.path.join(tmp.name, "run")

    def run_here(self, **more):
        run = optwatch.Run(self.dir, **more)
        self.addCleanup(run.finish)
        return run

    def path(self, name):
        return os.path.join(self.dir, name)

    def events(self, kind=None):
        with open(self.path("events.jsonl"), "rb") as f:
            data = f.read()
        all = [json.loads(line) for line in data.split(b"\n") if line.strip()]
        return [e for e in all if kind in (None, e["event"])]

    def raw(self, data):
        with open(self.path("control.jsonl"), "ab") as f:
            f.write(data)

    def tell(self, run, kind, name=None, value=None, id="1", start=None):
        c = {"id": id, "start": start or run.start, "who": "test", "kind": kind, "name": name, "value": value}
        self.raw(b"\n" + json.dumps(c).encode() + b"\n")

    def answer(self):
        a = self.events("answer")[-1]
        return a["ok"], a["text"]

    def script(self, text, **more):
        text = "import sys, os\nsys.path.insert(0, %r)\nimport optwatch\nrun = optwatch.Run(%r)\n%s" % (HERE, self.dir, text)
        return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, **more)

    def states(self):
        return [e["state"] for e in self.events("state")]


class Logging(Case):
    def test_rows(self):
        run = self.run_here(config={"lr": 0.5, "net": {"width": 3}}, total_steps=7)
        run.controls(lr=lambda v: None)
        run.log({"train/loss": 1.25}, step=3, epoch=0.5, acc=math.nan, most=math.inf, least=-math.inf, n=2)
        with open(self.path("run.json")) as f:
            about = json.load(f)
        self.assertEqual((about["total_steps"], about["config"]["net"], about["pid"]), (7, {"width": 3}, os.getpid()))
        self.assertEqual(about["controls"][0]["value"], 0.5)
        row = self.events("log")[0]
        self.assertEqual((row["step"], row["epoch"]), (3, 0.5))
        want = {"lr": 0.5, "train/loss": 1.25, "acc": "NaN", "most": "Infinity", "least": "-Infinity", "n": 2}
        self.assertEqual(row["values"], want)

    def test_what_is_no_number_is_told_once(self):
        run = self.run_here()
        for _ in range(3):
            run.log(name="text", some=[1], loss=1)
        self.assertEqual([e["values"] for e in self.events("log")], [{"loss": 1}] * 3)
        self.assertEqual(len(self.events("note")), 2)

    def test_control_file_is_the_owners(self):
        self.run_here()
        self.assertEqual(os.stat(self.path("control.jsonl")).st_mode & 0o777, 0o600)

    def test_disk_full(self):
        run = self.run_here()
        out = mock.patch("sys.stderr")
        with out as err, mock.patch("os.write", side_effect=OSError(28, "No space left on device")):
            for _ in range(5):
                run.log(loss=1)
            said = "".join(c.args[0] for c in err.write.call_args_list)
        self.assertEqual(said.count("No space left"), 1)
        run.log(loss=2)
        self.assertEqual(self.events("log")[-1]["values"], {"loss": 2})

    def test_line_cut_by_a_full_disk(self):
        run = self.run_here()
        write = os.write
        with mock.patch("sys.stderr"), mock.patch("os.write", side_effect=lambda fd, p: write(fd, p[:9])):
            run.log(loss=1)
        run.log(loss=2)
        with open(self.path("events.jsonl")) as f:
            self.assertEqual(json.loads(f.read().split("\n")[-2])["values"], {"loss": 2})

    def test_folder_that_cannot_be(self):
        with open(self.dir, "w"):
            pass
        with mock.patch("sys.stderr"):
            run = self.run_here()
        run.controls(lr=lambda v: None)
        run.log(loss=1)

    def test_other_ranks_are_silent(self):
        with mock.patch.dict(os.environ, {"RANK": "1"}):
            run = self.run_here()
        run.controls(lr=lambda v: None)
        run.log(loss=1)
        self.assertFalse(os.path.exists(self.dir))

    @unittest.skipUnless(hasattr(os, "fork"), "no fork")
    def test_forked_workers_are_silent(self):
        run = self.run_here()
        pid = os.fork()
        if pid == 0:
            run.log(loss=1)
            run.finish()
            os._exit(0)
        os.waitpid(pid, 0)
        run.log(loss=2)
        self.assertEqual([e["values"]["loss"] for e in self.events("log")], [2])
        self.assertEqual(self.states(), ["running"])

    def test_second_process_is_silent(self):
        self.run_here()
        r = self.script("run.log(loss=1)")
        self.assertEqual(r.returncode, 0)
        self.assertIn("another process", r.stderr)
        self.assertEqual(self.events("log"), [])

    def test_second_run_of_a_process_ends_the_first(self):
        a = self.run_here()
        b = self.run_here()
        a.log(loss=1)
        b.log(loss=2)
        self.assertEqual(self.states(), ["running", "finished", "running"])
        self.assertEqual([e["values"]["loss"] for e in self.events("log")], [2])


class Steering(Case):
    def test_set(self):
        got = []
        run = self.run_here(config={"batch": 8})
        run.controls(lr=optwatch.Number(got.append, low=0, high=1, value=0.1), batch=got.append)
        for name, value, ok, text in [
            ("lr", 0.25, True, ""), ("lr", 2, False, "more than 1"), ("lr", -1, False, "less than 0"),
            ("lr", "x", False, "not a number"), ("lr", True, False, "not a number"), ("lr", None, False, "not a number"),
            ("batch", 16, True, ""), ("batch", 1.5, False, "whole"), ("width", 1, False, "declares no number"), ([], 1, False, "declares no"),
        ]:
            self.tell(run, "set", name, value)
            run.log()
            self.assertEqual(self.answer()[0], ok, (name, value))
            self.assertIn(text, self.answer()[1])
        self.assertEqual(got, [0.25, 16])
        self.assertIs(type(got[1]), int)
        self.tell(run, "set", "lr", 0.5)
        run.log()
        run.log()
        self.assertEqual([e["values"]["lr"] for e in self.events("log")][-2:], [0.25, 0.5])

    def test_choose(self):
        got = []
        run = self.run_here(config={"optimizer": "sgd"})
        run.controls(optimizer={"sgd": lambda: got.append("sgd"), "adamw": lambda: got.append("adamw")})
        self.tell(run, "choose", "optimizer", "adamw")
        run.log()
        self.assertEqual((self.answer(), got), ((True, ""), ["adamw"]))
        self.tell(run, "choose", "optimizer", "lion")
        run.log()
        self.assertEqual(self.answer(), (False, "'lion' is none of sgd, adamw"))

    def test_error_of_a_callback(self):
        def set(v):
            raise ValueError("no such rate\nmore")

        run = self.run_here()
        run.controls(lr=set)
        self.tell(run, "set", "lr", 1)
        run.log()
        self.assertEqual(self.answer(), (False, "ValueError: no such rate"))

    def test_checkpoint(self):
        run = self.run_here()
        self.tell(run, "checkpoint")
        run.log()
        self.assertEqual(self.answer(), (False, "the script declares no checkpoint"))
        run.controls(checkpoint=lambda: "a.pt")
        self.tell(run, "checkpoint")
        run.log()
        self.assertEqual(self.answer(), (True, "a.pt"))

    def test_stop(self):
        run = self.run_here()
        self.tell(run, "stop")
        with self.assertRaises(optwatch.Stop) as e:
            run.log()
        self.assertEqual(str(e.exception), "by test")
        self.assertNotIsInstance(e.exception, Exception)
        run.log(test=1)
        run.finish()
        self.assertEqual(self.states(), ["running", "stopped"])
        self.assertEqual(self.events("log")[-1]["values"], {"test": 1})

    def test_pause_step_resume(self):
        run = self.run_here()
        self.tell(run, "pause")
        done = []
        t = threading.Thread(target=lambda: [done.append(run.log()) for _ in range(4)])
        t.start()
        self.wait(lambda: "paused" in self.states())
        self.assertEqual((len(done), len(self.events("log"))), (0, 1))
        self.tell(run, "step", id="a")
        self.tell(run, "step", id="b")
        self.wait(lambda: len(self.events("log")) == 3)
        time.sleep(0.2)
        self.assertEqual(len(self.events("log")), 3)
        self.tell(run, "resume")
        t.join()
        self.assertEqual(len(done), 4)
        self.assertEqual(self.states(), ["running", "paused", "running"])

    def wait(self, done):
        for _ in range(1000):
            if done():
                return
            time.sleep(0.02)
        self.fail("it does not come to pass")

    def test_interrupt_while_paused(self):
        run = self.run_here()
        self.tell(run, "pause")
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            run.log()

    def test_stale_command(self):
        run = self.run_here()
        self.tell(run, "stop", start="another")
        run.log()
        self.assertEqual(self.answer(), (False, "it was meant for a start of the run that has ended"))

    def test_commands_of_an_earlier_start_are_not_read(self):
        run = self.run_here()
        self.tell(run, "stop")
        run.finish()
        again = self.run_here()
        again.log()
        self.assertEqual(self.events("answer"), [])

    def test_half_written_line(self):
        run = self.run_here()
        run.controls(checkpoint=lambda: None)
        self.raw(b'{"id":"x","sta')
        run.log()
        run.log()
        self.assertEqual(self.events("note"), [])
        self.tell(run, "checkpoint")
        run.log()
        self.assertEqual(self.answer(), (True, ""))
        self.assertIn("cannot be read", self.events("note")[0]["text"])

    def test_garbage(self):
        run = self.run_here()
        run.controls(checkpoint=lambda: None)
        for bad in [b"\x00\xff\n", b"[]\n", b"1\n", b'{"id":1}\n', b"[" * 60000 + b"\n", b"x" * 3000000, b"x\n", b'{"id":"q","kind":[]}\n']:
            self.raw(bad)
            run.log()
        for _ in range(5):
            run.log()
        self.tell(run, "checkpoint", id="last")
        run.log()
        self.assertEqual(self.events("answer")[-1]["id"], "last")

    def test_two_monitors(self):
        got = []
        run = self.run_here()
        run.controls(lr=got.append)
        self.tell(run, "set", "lr", 1.0, id="a")
        self.tell(run, "set", "lr", 2.0, id="b")
        run.log()
        self.assertEqual(got, [1.0, 2.0])
        self.assertEqual([e["id"] for e in self.events("answer")], ["a", "b"])

    def check_unheard(self, run, why):
        run.controls(checkpoint=lambda: None)
        for _ in range(3):
            run.log()
        self.assertEqual(self.events("answer"), [])
        notes = self.events("note")
        self.assertEqual(len(notes), 1)
        self.assertIn(why, notes[0]["text"])

    def test_control_file_others_may_write(self):
        run = self.run_here()
        os.chmod(self.path("control.jsonl"), 0o620)
        self.tell(run, "stop")
        self.check_unheard(run, "others may write")

    def test_control_file_that_is_a_link(self):
        run = self.run_here()
        os.rename(self.path("control.jsonl"), self.path("c"))
        os.symlink("c", self.path("control.jsonl"))
        self.tell(run, "stop")
        self.check_unheard(run, "no regular file")

    def test_control_file_of_another(self):
        run = self.run_here()
        self.tell(run, "stop")
        with mock.patch("os.geteuid", return_value=os.geteuid() + 1):
            self.check_unheard(run, "belongs to the user")

    def test_control_file_replaced(self):
        run = self.run_here()
        with open(self.path("new"), "w", opener=lambda p, f: os.open(p, f, 0o600)):
            pass
        os.replace(self.path("new"), self.path("control.jsonl"))
        self.tell(run, "stop")
        self.check_unheard(run, "not the one")

    def test_pause_ends_when_nobody_can_resume(self):
        run = self.run_here()
        self.tell(run, "pause")
        threading.Timer(0.3, os.remove, (self.path("control.jsonl"),)).start()
        run.log()
        self.assertEqual(self.states(), ["running", "paused", "running"])


class Endings(Case):
    def check(self, text, states, why, code):
        r = self.script(text)
        self.assertEqual(r.returncode, code, r.stderr)
        self.assertEqual(self.states(), states)
        self.assertEqual(self.events("state")[-1]["text"], why)
        return r

    def test_end_of_the_script(self):
        self.check("run.log(loss=1)", ["running", "finished"], "", 0)

    def test_exception(self):
        r = self.check("run.log(loss=1)\n[][1]", ["running", "failed"], "IndexError: list index out of range", 1)
        self.assertIn("Traceback", r.stderr)

    def test_exit_within_with(self):
        self.check("with run:\n  sys.exit(3)", ["running", "failed"], "SystemExit: 3", 3)

    def test_interrupt(self):
        self.check("import signal\nsignal.signal(2, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))\nraise KeyboardInterrupt",
                   ["running", "stopped"], "from the keyboard", -signal.SIGINT)

    def test_stop_that_nobody_catches(self):
        r = self.check("open(run._control, 'a').write('{\"id\":\"1\",\"start\":\"%s\",\"kind\":\"stop\"}\\n' % run.start)\nrun.log()",
                       ["running", "stopped"], "stopped", 0)
        self.assertEqual(r.stderr, "")


class Adapters(Case):
    def test_huggingface(self):
        fake = types.ModuleType("transformers")
        fake.TrainerCallback = object
        with mock.patch.dict(sys.modules, transformers=fake):
            callback = optwatch.huggingface(self.dir)
        state = types.SimpleNamespace(max_steps=9, global_step=1, is_world_process_zero=True)
        control = types.SimpleNamespace(should_training_stop=False, should_save=False)
        callback.on_train_begin(types.SimpleNamespace(to_dict=lambda: {"lr": 1}), state, control)
        self.addCleanup(callback.run.finish)
        callback.on_log(None, state, control, logs={"loss": 2.0, "epoch": 0.5, "text": "x"})
        self.assertEqual(self.events("log")[0]["values"], {"loss": 2.0})
        self.tell(callback.run, "checkpoint")
        callback.on_step_end(None, state, control)
        self.assertTrue(control.should_save)
        self.tell(callback.run, "stop")
        callback.on_step_end(None, state, control)
        self.assertTrue(control.should_training_stop)

    def test_lightning(self):
        fake = types.ModuleType("pytorch_lightning")
        fake.Callback = object
        saved = []
        with mock.patch.dict(sys.modules, {"lightning": None, "lightning.pytorch": None, "pytorch_lightning": fake}):
            callback = optwatch.lightning(self.dir)
        trainer = types.SimpleNamespace(is_global_zero=True, estimated_stepping_batches=math.inf, optimizers=[], lr_scheduler_configs=[],
                                        global_step=4, current_epoch=0, callback_metrics={"loss": 3.0}, should_stop=False, save_checkpoint=saved.append)
        callback.on_train_start(trainer, types.SimpleNamespace(hparams={"a": 1}))
        self.addCleanup(callback.run.finish)
        self.tell(callback.run, "checkpoint")
        callback.on_train_batch_end(trainer)
        self.assertEqual(len(saved), 1)
        self.assertEqual(self.events("log")[0]["values"], {"loss": 3.0})
        self.tell(callback.run, "stop")
        callback.on_train_batch_end(trainer)
        self.assertTrue(trainer.should_stop)


if __name__ == "__main__":
    unittest.main()
