package script

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"time"
)

// Command is what a script is told to do.
type Command struct {
	Kind  string // pause, resume, step, stop, checkpoint, set or choose
	Name  string // of the setting, for set and choose
	Value any    // a float64 for set, a string for choose
}

// Answer is what the script did.
type Answer struct {
	ID    string // of the command
	OK    bool   // whether it was done
	Text  string // why not, or what a checkpoint was told to be
	Value string // that the setting has now
}

// The reasons for which nothing is told, and none comes back.
var (
	ErrCopied = errors.New("this is a copy of the run's folder, which the script does not look at")
	ErrOwner  = errors.New("only the owner of the run may steer it")
	ErrGone   = errors.New("the script is gone")
	ErrOver   = errors.New("the run is over")
	ErrAnew   = errors.New("the script started anew before it answered")
)

// line is a command as it is in control.jsonl.
type line struct {
	ID    string  `json:"id"`
	Start string  `json:"start"`
	Who   string  `json:"who"`
	Time  float64 `json:"time"`
	Kind  string  `json:"kind"`
	Name  string  `json:"name,omitempty"`
	Value any     `json:"value,omitempty"`
}

// Send tells the script something, meant for the start that was last looked at,
// and does not wait.
func (d *Dir) Send(c Command) (id string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for more := true; more; {
		if more, err = d.look(); err != nil {
			return "", err
		}
	}
	return d.send(c)
}

func (d *Dir) send(c Command) (id string, err error) {
	run := d.now.Run
	path := filepath.Join(d.path, "control.jsonl")
	if d.over() {
		return "", fmt.Errorf("%w: it is %s", ErrOver, d.now.State)
	}
	if gone(run.PID, run.Host, run.Namespace) {
		return "", fmt.Errorf("%w: no process %d on %s", ErrGone, run.PID, run.Host)
	}
	file, err := openControl(path, run.Control)
	if err != nil {
		return "", err
	}
	l := line{ID: rand.Text(), Start: run.Start, Who: who(), Time: float64(time.Now().UnixMicro()) / 1e6, Kind: c.Kind, Name: c.Name, Value: c.Value}
	p, err := json.Marshal(l)
	if err != nil {
		return "", errors.Join(err, file.Close())
	}
	// The line end in front ends what another left half-written.
	_, err = file.Write(append(append([]byte("\n"), p...), '\n'))
	return l.ID, errors.Join(err, file.Close())
}

func who() string {
	name := "somebody"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	host, _ := os.Hostname() // without it the name must do
	return name + "@" + host
}

// gone says that a process is known to be gone: it was on this machine, under
// pids that are those of this program too.
func gone(pid int, host, namespace string) bool {
	if here, err := os.Hostname(); err != nil || here != host || namespace == "" {
		return false
	}
	if here, err := os.Readlink("/proc/self/ns/pid"); err != nil || here != namespace {
		return false
	}
	_, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	return os.IsNotExist(err)
}

// Gone says that the process of the start that was last looked at is known to be
// gone, whatever it has said.
func (d *Dir) Gone() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return gone(d.now.Run.PID, d.now.Run.Host, d.now.Run.Namespace)
}

// over says that the start that run.json tells of has ended. A new one is in
// run.json before it is in the events.
func (d *Dir) over() bool { return d.now.Over() && d.started == d.now.Run.Start }

// Tell tells the script something and waits until it has answered. The error says
// why there is no answer; a refusal is an answer.
func (d *Dir) Tell(ctx context.Context, c Command) (Answer, error) {
	id, err := d.Send(c)
	if err != nil {
		return Answer{}, err
	}
	return d.Await(ctx, id)
}

// Await waits for the answer to what was sent.
func (d *Dir) Await(ctx context.Context, id string) (Answer, error) {
	d.mu.Lock()
	start := d.now.Run.Start
	d.mu.Unlock()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if a, done, err := d.answer(id, start); done {
			return a, err
		}
		select {
		case <-ctx.Done():
			return Answer{ID: id}, fmt.Errorf("no answer yet: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// answer looks for an answer, and for reasons why none can come.
func (d *Dir) answer(id, start string) (a Answer, done bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	run := d.now.Run
	dead := gone(run.PID, run.Host, run.Namespace) // before what it wrote last is read
	more, err := d.look()
	if a, ok := d.answers.of[id]; ok {
		return a, true, nil
	}
	switch {
	case err != nil:
		return Answer{ID: id}, true, err
	case more:
		return a, false, nil
	case d.now.Run.Start != start:
		return Answer{ID: id}, true, ErrAnew
	case d.over():
		return Answer{ID: id}, true, fmt.Errorf("%w: it is %s", ErrOver, d.now.State)
	case dead:
		return Answer{ID: id}, true, ErrGone
	}
	return a, false, nil
}
