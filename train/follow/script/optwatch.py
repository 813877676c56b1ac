"""Lets optwatch watch and steer a training script, by files in a folder.

    run = optwatch.Run("runs/a", config={"lr": 0.1}, total_steps=10_000)
    run.controls(lr=set_lr, optimizer={"sgd": make_sgd, "adamw": make_adamw}, checkpoint=save)
    for step in range(10_000):
        ...
        run.log(step=step, loss=loss)  # blocks while paused, obeys, raises optwatch.Stop

It needs Python 3.8 and nothing else, and never ends a training by a fault of its
own: where it cannot write it says so once and the training goes on.
"""

import atexit
import contextlib
import errno
import json
import math
import os
import socket
import stat
import sys
import threading
import time
import types
import uuid

try:
    import fcntl
except ImportError:  # not Unix
    fcntl = None

VERSION = 1
_POLL = 0.05  # seconds between looks at the control file while paused
_MOST = 64 << 10  # bytes of the longest command
_RANKS = ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "LOCAL_RANK")
_WORDS = ("pause", "resume", "step", "stop")
_encode = json.JSONEncoder(allow_nan=False).encode
_runs = {}  # those of this process that go on, by folder


class Stop(SystemExit):
    """Raised by log when the run is told to stop.

    Nobody who catches Exception catches it; uncaught it ends the program quietly.
    """

    def __init__(self, text="stopped"):
        super().__init__(0)
        self.text = text

    def __str__(self):
        return self.text


class Refused(Exception):
    """A command that cannot be obeyed, with the reason."""


class Number:
    """A setting that is a number, from low to high where they are given.

    Its value now is what get returns, else the value that was set last.
    """

    def __init__(self, set, low=None, high=None, value=None, whole=None, get=None):
        self.set, self.low, self.high, self.value, self.get = set, low, high, value, get
        self.whole = type(value) is int if whole is None else whole

    def now(self):
        return self.value if self.get is None else self.get()

    def declare(self, name):
        return {"name": name, "kind": "number", "min": self.low, "max": self.high,
                "whole": self.whole, "value": _number(self.now())}

    def apply(self, value):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise Refused("%r is not a number" % (value,))
        if self.whole and value != int(value):
            raise Refused("%r is not a whole number" % (value,))
        if self.low is not None and value < self.low:
            raise Refused("%r is less than %r" % (value, self.low))
        if self.high is not None and value > self.high:
            raise Refused("%r is more than %r" % (value, self.high))
        value = int(value) if self.whole else float(value)
        self.set(value)
        self.value = value


class Choice:
    """A setting that is one of some options, each a function that turns it on."""

    def __init__(self, options, value=None):
        self.options, self.value = dict(options), value

    def now(self):
        return self.value

    def declare(self, name):
        return {"name": name, "kind": "choice", "options": list(self.options), "value": self.value}

    def apply(self, value):
        if not isinstance(value, str) or value not in self.options:
            raise Refused("%r is none of %s" % (value, ", ".join(self.options)))
        self.options[value]()
        self.value = value


class Run:
    """A run that logs to a folder and takes commands from it.

    Only the process that made it logs, and of a job of many ranks only rank 0: in
    the others, in forked workers too, all calls return at once. The rank is that of
    torchrun, Slurm or MPI unless it is given.
    """

    def __init__(self, folder, config=None, total_steps=None, rank=None):
        self.folder = os.path.abspath(os.fspath(folder))
        self.start = uuid.uuid4().hex
        self.config = dict(config or {})
        self.paused = False
        self.step = -1
        self._total = total_steps
        self._began = time.time()
        self._settings = {}
        self._save = None
        self._stopping = None  # who said stop, and has not been heard yet
        self._ended = False
        self._events = -1
        self._torn = False  # the last line may lack its end
        self._warned = set()
        self._lock = threading.RLock()
        self._pid = os.getpid()
        self._seen = None  # the control file as it was last looked at
        self._inode = None
        self._at = 0
        self._skipping = False  # within a line that is too long
        if (_rank() if rank is None else rank) != 0:
            self._ended = True
            return
        if self.folder in _runs:
            _runs[self.folder].finish()
        try:
            self._open()
        except OSError as e:
            self._warn("%s: %s; the run is neither logged nor steered" % (self.folder, e.strerror))
            self._close()

    def _open(self):
        os.makedirs(self.folder, exist_ok=True)
        path = os.path.join(self.folder, "events.jsonl")
        self._events = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o644)
        if not self._alone():
            self._warn("%s: another process logs to this folder, so this run is not" % self.folder)
            self._close()
            return
        self._torn = os.fstat(self._events).st_size > 0
        self._open_control()
        self._write_about()
        self._event("start", run=self._about())
        self._event("state", state="running", text="")
        _runs[self.folder] = self

    def _alone(self):
        """Takes the folder. A lock of this kind is not inherited by forked workers."""
        if fcntl is None:
            return True
        try:
            fcntl.lockf(self._events, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            return e.errno not in (errno.EACCES, errno.EAGAIN)  # others: no locks here
        return True

    def _open_control(self):
        self._control = os.path.join(self.folder, "control.jsonl")
        try:
            os.close(os.open(self._control, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            pass
        now = os.lstat(self._control)
        self._inode, self._at = now.st_ino, now.st_size  # what is there is of an earlier start

    def _about(self):
        return {
            "optwatch": VERSION, "start": self.start, "pid": self._pid, "host": socket.gethostname(),
            "namespace": _namespace(), "uid": os.geteuid() if hasattr(os, "geteuid") else -1,
            "control": self._inode, "began": self._began,
            "total_steps": self._total, "config": _plain(self.config),
            "controls": [s.declare(n) for n, s in self._settings.items()],
            "checkpoint": self._save is not None, "writer": "optwatch.py %d" % VERSION,
        }

    def _write_about(self):
        path = os.path.join(self.folder, "run.json")
        part = "%s.%d" % (path, self._pid)
        try:
            with open(part, "w") as f:
                json.dump(self._about(), f, allow_nan=False)
            os.replace(part, path)
        except OSError as e:
            self._warn("%s: %s" % (path, e.strerror))

    # What the script says.

    def controls(self, checkpoint=None, **settings):
        """Declares what may be changed: a function takes a number, a dict has options.

        Number and Choice say more, as a range. Values now are taken from the
        configuration where it has them.
        """
        for name, s in settings.items():
            if name in _WORDS:
                raise ValueError("optwatch: %s is a command, and no name of a setting" % name)
            if callable(s):
                s = Number(s, value=self.config.get(name))
            elif isinstance(s, dict):
                value = self.config.get(name)
                s = Choice(s, value=value if isinstance(value, str) and value in s else None)
            elif not isinstance(s, (Number, Choice)):
                raise ValueError("optwatch: %s is neither a function nor a dict of functions" % name)
            self._settings[name] = s
        if checkpoint is not None:
            self._save = checkpoint
        if self._mute():
            return
        self._write_about()
        about = self._about()
        self._event("declare", controls=about["controls"], checkpoint=about["checkpoint"])

    def log(self, values=None, /, *, step=None, epoch=None, tokens=None, **more):
        """Logs numbers of a step, then obeys what has been told since the last one."""
        self.write(values, step=step, epoch=epoch, tokens=tokens, **more)
        self.obey()

    def write(self, values=None, /, *, step=None, epoch=None, tokens=None, **more):
        """Logs numbers of a step, and obeys nothing."""
        if self._pid != os.getpid() or self._events < 0:
            return
        self.step = self.step + 1 if step is None else _number(step)
        row = {}
        for name, s in self._settings.items():
            if isinstance(s, Number):
                _put(row, name, s.now())
        for k, v in more.items() if values is None else list(values.items()) + list(more.items()):
            if not _put(row, k, v):
                self._note("a value of %s is no number" % k)
        place = {"step": self.step}
        if epoch is not None:
            place["epoch"] = _number(epoch)
        if tokens is not None:
            place["tokens"] = _number(tokens)
        self._event("log", **place, values=row)

    def finish(self):
        """Says that the run is done."""
        self._end("finished", "")

    def fail(self, text):
        """Says that the run went wrong."""
        self._end("failed", text)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        self._ended_by(error)

    # What the script is told.

    def obey(self):
        """Does what it has been told, and blocks while it is paused."""
        if self._mute():
            return
        with self._lock:
            stepped = self._look()
            while self.paused and not stepped and self._stopping is None:
                time.sleep(_POLL)
                stepped = self._look()
            if self._stopping is not None:
                text, self._stopping = self._stopping, None
                self._ended = True
                self._event("state", state="stopped", text=text)
                raise Stop(text)

    def _look(self):
        """Obeys new commands, and tells whether one was to take a step."""
        try:
            s = os.lstat(self._control)
        except OSError as e:
            self._refuse_control(e.strerror)
            return False
        now = (s.st_size, s.st_ino, s.st_mode, s.st_uid)
        if now == self._seen:
            return False
        self._seen = now
        fault = self._fault(s)
        if fault:
            self._refuse_control(fault)
            return False
        if s.st_size < self._at:
            self._note("control.jsonl has become shorter")
            self._at = s.st_size
        return self._read() if s.st_size > self._at else False

    def _fault(self, s):
        if not stat.S_ISREG(s.st_mode):
            return "it is no regular file"
        if hasattr(os, "geteuid") and s.st_uid != os.geteuid():
            return "it belongs to the user %d" % s.st_uid
        if s.st_mode & 0o022 and os.name == "posix":
            return "others may write to it"
        if s.st_ino != self._inode:
            return "it is not the one that this run made"
        return ""

    def _refuse_control(self, why):
        """Takes no commands. Nobody could say resume, so a pause ends."""
        self._note("control.jsonl is not obeyed: " + why)
        if self.paused:
            self._set_paused(False)

    def _read(self):
        try:
            fd = os.open(self._control, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            try:
                if self._fault(os.fstat(fd)):
                    return False
                os.lseek(fd, self._at, os.SEEK_SET)
                data = os.read(fd, 16 * _MOST)
            finally:
                os.close(fd)
        except OSError as e:
            self._note("control.jsonl: " + str(e.strerror))
            return False
        self._seen = None if len(data) == 16 * _MOST else self._seen
        stepped = False
        while True:
            line, end, data = data.partition(b"\n")
            if not end:
                if len(line) > _MOST:
                    self._at += len(line)
                    self._skipping = True
                return stepped
            self._at += len(line) + 1
            if self._skipping or len(line) > _MOST:
                self._skipping = False
                self._note("a command that is too long was skipped")
            elif line.strip():
                stepped = self._command(line) or stepped
            if stepped or self._stopping is not None:
                if self._at < (self._seen or (0,))[0]:
                    self._seen = None  # the rest is read at the next step
                return stepped

    def _command(self, line):
        try:
            c = json.loads(line.decode())
            if not isinstance(c, dict) or not isinstance(c["id"], str):
                raise ValueError
        except (ValueError, KeyError, RecursionError):
            self._note("a command that cannot be read was skipped")
            return False
        answer = {"id": c["id"][:100], "ok": True, "text": ""}
        stepped = False
        try:
            if c.get("start") != self.start:
                raise Refused("it was meant for a start of the run that has ended")
            stepped = self._do(c, answer)
        except Refused as e:
            answer.update(ok=False, text=str(e))
        except Exception as e:
            answer.update(ok=False, text=_words(e))
        self._event("answer", **answer)
        return stepped

    def _do(self, c, answer):
        kind, name = c.get("kind"), c.get("name")
        if kind in ("pause", "resume"):
            self._set_paused(kind == "pause")
        elif kind == "step":
            self._set_paused(True)
            return True
        elif kind == "stop":
            who = c.get("who")
            self._stopping = "by " + who[:100] if isinstance(who, str) and who else "stopped"
        elif kind == "checkpoint":
            if self._save is None:
                raise Refused("the script declares no checkpoint")
            answer["text"] = str(self._save() or "")[:1000]
        elif kind in ("set", "choose"):
            s = self._settings.get(name) if isinstance(name, str) else None
            if not isinstance(s, Number if kind == "set" else Choice):
                raise Refused("the script declares no %s %r" % ("number" if kind == "set" else "choice", name))
            s.apply(c.get("value"))
            now = s.now()
            answer.update(name=name, value=_number(now) if kind == "set" else now)
        else:
            raise Refused("no command %r is known" % (kind,))
        return False

    def _set_paused(self, paused):
        if paused != self.paused:
            self.paused = paused
            self._event("state", state="paused" if paused else "running", text="")

    # How it is written and how it ends.

    def _mute(self):
        return self._ended or self._events < 0 or self._pid != os.getpid()

    def _event(self, event, **more):
        if self._events < 0 or self._pid != os.getpid():
            return
        try:
            line = _encode({"event": event, "time": time.time(), **more}).encode() + b"\n"
        except (TypeError, ValueError) as e:
            self._warn("an event cannot be written: %s" % e)
            return
        if self._torn:
            line = b"\n" + line
        try:
            self._torn = os.write(self._events, line) != len(line)
            if self._torn:
                self._warn("the disk takes no more of events.jsonl; the training goes on")
        except OSError as e:
            self._torn = True
            self._warn("events.jsonl: %s; the training goes on" % e.strerror)

    def _note(self, text):
        if text not in self._warned and len(self._warned) < 100:
            self._warned.add(text)
            self._event("note", text=text)

    def _warn(self, text):
        if "warned" not in self._warned:
            self._warned.add("warned")
            with contextlib.suppress(Exception):
                print("optwatch: " + text, file=sys.stderr)

    def _end(self, state, text):
        if self._pid != os.getpid():
            return
        if not self._mute():
            self._ended = True
            self._event("state", state=state, text=text)
        self._close()

    def _ended_by(self, error):
        if error is None or isinstance(error, SystemExit) and error.code in (None, 0):
            self.finish()
        elif isinstance(error, KeyboardInterrupt):
            self._end("stopped", "from the keyboard")
        else:
            self.fail(_words(error))

    def _close(self):
        self._ended = True
        if self._events >= 0:
            os.close(self._events)
            self._events = -1
        if _runs.get(self.folder) is self:
            del _runs[self.folder]

    # Adapters.

    def controls_torch(self, optimizer, scheduler=None, optimizers=None, checkpoint=None):
        """Declares the learning rate of a torch optimizer, its weight decay, and which it is.

        The loop goes on calling optimizer.step(): after a switch that is the step of
        another optimizer of the same parameters, with the learning rate that
        optimizer and scheduler tell. Its own state begins anew, and is not in
        optimizer.state_dict(). optimizers are functions from parameter groups to an
        optimizer, by name.
        """
        switch = _Switch(optimizer, scheduler, optimizers)
        settings = {"lr": Number(switch.set_lr, low=0.0, value=0.1, get=switch.lr)}
        if "weight_decay" in optimizer.param_groups[0]:
            settings["weight_decay"] = Number(switch.set_decay, low=0.0, value=0.1, get=switch.decay)
        settings["optimizer"] = Choice(switch.options(), value=switch.name)
        self.controls(checkpoint=checkpoint, **settings)


class _Switch:
    """A torch optimizer whose step may be that of another one."""

    def __init__(self, optimizer, scheduler, makers):
        self.optimizer, self.scheduler = optimizer, scheduler
        self.name = type(optimizer).__name__.lower()
        self.makers = dict(_torch_makers() if makers is None else makers)
        self.own, self.other = optimizer.step, None
        switch = self

        def step(optimizer, *args, **more):
            return switch.step(*args, **more)

        step.__dict__.update(getattr(self.own, "__dict__", {}))  # what schedulers mark
        optimizer.step = types.MethodType(step, optimizer)

    def step(self, *args, **more):
        if self.other is None:
            return self.own(*args, **more)
        for of, to in zip(self.optimizer.param_groups, self.other.param_groups):
            to["lr"] = of["lr"]
            if "weight_decay" in of:
                to["weight_decay"] = of["weight_decay"]
        self.optimizer._step_count = getattr(self.optimizer, "_step_count", 0) + 1
        self.optimizer._opt_called = True
        return self.other.step(*args, **more)

    def options(self):
        return {n: (lambda n=n: self.choose(n)) for n in [self.name] + [m for m in self.makers if m != self.name]}

    def choose(self, name):
        if name == self.name:
            self.other = None
            return
        kept = ("params", "lr", "weight_decay")
        groups = [{k: g[k] for k in kept if k in g} for g in self.optimizer.param_groups]
        self.other = self.makers[name](groups)

    def lr(self):
        return float(self.optimizer.param_groups[0]["lr"])

    def set_lr(self, value):
        """Scales the whole schedule, so that its next step does not undo it."""
        was = self.lr()
        scale = value / was if was > 0 else 0.0
        for g in self.optimizer.param_groups:
            g["lr"] = g["lr"] * scale if scale > 0 else value
            for k in ("initial_lr", "max_lr", "min_lr"):
                if scale > 0 and k in g:
                    g[k] *= scale
        if scale > 0 and hasattr(self.scheduler, "base_lrs"):
            self.scheduler.base_lrs = [b * scale for b in self.scheduler.base_lrs]

    def decay(self):
        return float(self.optimizer.param_groups[0]["weight_decay"])

    def set_decay(self, value):
        for g in self.optimizer.param_groups:
            g["weight_decay"] = value


def _torch_makers():
    import torch

    return {
        "sgd": lambda groups: torch.optim.SGD(groups, lr=0.1, momentum=0.9),
        "adamw": lambda groups: torch.optim.AdamW(groups),
    }


def huggingface(folder, **controls):
    """A transformers.TrainerCallback that logs what the Trainer logs and obeys at every step."""
    from transformers import TrainerCallback

    class OptwatchCallback(TrainerCallback):
        def on_train_begin(self, args, state, control, optimizer=None, lr_scheduler=None, **_):
            config = args.to_dict() if hasattr(args, "to_dict") else {}
            self.save = False
            self.run = Run(folder, config, state.max_steps, rank=None if state.is_world_process_zero else 1)
            self.run.controls(checkpoint=self.checkpoint, **controls)
            if optimizer is not None:
                self.run.controls_torch(getattr(optimizer, "optimizer", optimizer), lr_scheduler)

        def checkpoint(self):
            self.save = True
            return "at the end of this step"

        def on_log(self, args, state, control, logs=None, **_):
            numbers = {k: v for k, v in (logs or {}).items() if isinstance(v, (int, float))}
            epoch = numbers.pop("epoch", None)
            self.run.write(numbers, step=state.global_step, epoch=epoch)

        def on_step_end(self, args, state, control, **_):
            try:
                self.run.obey()
            except Stop:
                control.should_training_stop = True
            if self.save:
                self.save, control.should_save = False, True
            return control

        def on_train_end(self, args, state, control, **_):
            self.run.finish()

    return OptwatchCallback()


def lightning(folder, every=1, **controls):
    """A Lightning Callback that logs what the module logs and obeys after every batch."""
    try:
        from lightning.pytorch import Callback
    except ImportError:
        from pytorch_lightning import Callback

    class OptwatchCallback(Callback):
        def on_train_start(self, trainer, module):
            rank = 0 if trainer.is_global_zero else 1
            total = trainer.estimated_stepping_batches
            self.run = Run(folder, dict(getattr(module, "hparams", {})), total if math.isfinite(total) else None, rank)
            self.run.controls(checkpoint=lambda: self.checkpoint(trainer), **controls)
            if len(trainer.optimizers) == 1:
                schedulers = [c.scheduler for c in trainer.lr_scheduler_configs]
                self.run.controls_torch(trainer.optimizers[0], schedulers[0] if schedulers else None)

        def checkpoint(self, trainer):
            path = os.path.join(folder, "step-%d.ckpt" % trainer.global_step)
            trainer.save_checkpoint(path)
            return path

        def on_train_batch_end(self, trainer, *_):
            if trainer.global_step % every == 0:
                self.run.write(dict(trainer.callback_metrics), step=trainer.global_step, epoch=trainer.current_epoch)
            try:
                self.run.obey()
            except Stop:
                trainer.should_stop = True

        def on_exception(self, trainer, module, error):
            self.run._ended_by(error)

        def on_train_end(self, *_):
            self.run.finish()

    return OptwatchCallback()


def _number(v):
    """A number as JSON has it. Those that it has not are words."""
    t = type(v)
    if t is not float and t is not int:
        if v is None or isinstance(v, str):
            return None
        v = v.item() if hasattr(v, "item") else v
        v = v if type(v) is int else float(v)
    if v != v:
        return "NaN"
    if v in (math.inf, -math.inf):
        return "Infinity" if v > 0 else "-Infinity"
    return v


def _put(row, name, v):
    try:
        v = _number(v)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return False
    if v is None:
        return False
    row[str(name)] = v
    return True


def _plain(v, depth=0):
    """A configuration as JSON has it."""
    if isinstance(v, dict) and depth < 20:
        return {str(k): _plain(w, depth + 1) for k, w in v.items()}
    if isinstance(v, (list, tuple)) and depth < 20:
        return [_plain(w, depth + 1) for w in v]
    if v is None or isinstance(v, (str, bool, int)):
        return v
    try:
        return _number(v)
    except Exception:
        return str(v)[:1000]


def _words(error):
    """An exception in one line."""
    text = str(error).strip().split("\n")[0][:1000]
    return type(error).__name__ + (": " + text if text else "")


def _rank():
    for name in _RANKS:
        if os.environ.get(name, "").isdigit():
            return int(os.environ[name])
    return 0


def _namespace():
    """Tells pids of this container from those of others."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _finish_all():
    for run in list(_runs.values()):
        run.finish()


def _hook(before):
    def hook(kind, error, trace):
        for run in list(_runs.values()):
            run._ended_by(error)
        before(kind, error, trace)

    return hook


atexit.register(_finish_all)
sys.excepthook = _hook(sys.excepthook)
