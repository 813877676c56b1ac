package process

import (
	"path"
	"slices"
	"strings"
)

// role is what a program has to do with a log that it writes, by its name.
type role int

const (
	other     role = iota // nothing is known of it
	trainer               // an interpreter of a language in which people train
	launcher              // starts the ranks of a run, and ends with them
	wrapper               // starts a program and waits for it, and perhaps another after it
	scribe                // writes down what another trains: it is not the run
	keeper                // keeps the output of many programs, and must never be taken for one
	bystander             // looks at logs, or serves those who look
)

// roles are known programs by the name of their file, of their script, or of
// the module that "python -m" runs.
var roles = map[role][]string{
	trainer: {"pypy", "pypy3", "julia", "R", "Rscript", "ipykernel_launcher"},
	launcher: {
		"torchrun", "torch.distributed.run", "torch.distributed.launch", "accelerate", "accelerate.commands.launch",
		"deepspeed", "deepspeed.launcher.launch", "deepspeed.launcher.runner", "mpirun", "mpiexec", "mpiexec.hydra",
		"hydra_pmi_proxy", "orterun", "prterun", "orted", "prted", "horovodrun", "colossalai",
	},
	wrapper: {
		"sh", "bash", "dash", "zsh", "fish", "ksh", "csh", "tcsh", "busybox", "sudo", "su", "doas", "nohup", "timeout",
		"env", "time", "nice", "xargs", "parallel", "make", "ninja", "uv", "poetry", "conda", "pixi", "strace", "watch", "flock",
	},
	scribe: {"tee", "wandb-core", "wandb-service", "wandb-xpu", "gpu_stats"},
	keeper: {
		"screen", "SCREEN", "tmux", "tmux: server", "script", "zellij", "sshd", "systemd", "init", "systemd-journald",
		"systemd-journal", "dockerd", "containerd", "containerd-shim", "containerd-shim-runc-v2", "conmon", "slurmstepd",
		"rsyslogd", "syslogd", "supervisord", "s6-log", "svlogd", "multilog", "rotatelogs", "raylet", "cron", "crond",
	},
	bystander: {
		"optwatch", "tensorboard", "tensorboard.main", "jupyter", "jupyter-lab", "jupyter-notebook", "jupyterlab", "notebook",
		"pip", "pip3", "mlflow", "aim", "wandb", "gunicorn", "uvicorn", "http.server", "nvitop", "gpustat", "pylsp", "pytest",
		"rsync", "aws", "gsutil", "rclone", "tail", "less", "vim", "nvim", "emacs", "code", "node",
	},
}

// roleNames is the same by name.
var roleNames = func() map[string]role {
	names := map[string]role{}
	for r, list := range roles {
		for _, name := range list {
			names[name] = r
		}
	}
	return names
}()

// role is a process's.
func (s *System) role(p Process) role {
	return roleOf(path.Base(s.link(p.PID, "exe")), p.Name, s.arguments(p.PID))
}

// roleOf is the role of a program by its file, the name that the kernel has for
// it, and its arguments. A script is what it is called, not its interpreter.
func roleOf(exe, name string, args []string) role {
	first := ""
	if len(args) > 0 {
		first = path.Base(args[0])
	}
	if python(exe) || python(first) {
		if r, known := roleNames[script(args)]; known {
			return r
		}
		return trainer
	}
	for _, n := range []string{exe, first, name} {
		if r, known := roleNames[n]; known {
			return r
		}
	}
	return other
}

// python says whether a file of a name runs Python.
func python(name string) bool {
	return strings.HasPrefix(name, "python") && strings.Trim(name[len("python"):], "0123456789.-dtm") == ""
}

// script is what Python was told to run: a file's name, or a module.
func script(args []string) string {
	for i := 1; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "-m" && i+1 < len(args):
			return args[i+1]
		case strings.HasPrefix(a, "-m") && len(a) > 2:
			return a[2:]
		case a == "-c":
			return ""
		case a == "-W" || a == "-X":
			i++
		case !strings.HasPrefix(a, "-"):
			return strings.TrimSuffix(path.Base(a), ".py")
		}
	}
	return ""
}

// forked says whether a process is a part of the program that its parent runs:
// a copy of it, or one that Python's multiprocessing started.
func forked(child, parent []string) bool {
	if len(child) == 0 {
		return false
	}
	for _, a := range child {
		if strings.Contains(a, "from multiprocessing.") {
			return true
		}
	}
	return slices.Equal(child, parent)
}
