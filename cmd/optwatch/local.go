package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"optwatch/train/data"
	"optwatch/train/view"
)

// localClients are the clients of a federation that are processes of this
// machine. Each reads the line to join by from its standard input, so that nobody
// sees it among the processes, and ends when that does, which this process holds: so
// none outlives it, however it ends.
type localClients struct {
	clients []*localClient
	ended   sync.WaitGroup
}

type localClient struct {
	process *exec.Cmd
	hold    io.Closer
	said    lastWords
}

// startLocal starts the clients that are asked for. Each takes its part of the
// data set that the coordinator has.
func (k *coordinator) startLocal(line string, ds *data.Dataset) (*localClients, error) {
	l := &localClients{}
	program, err := os.Executable()
	if err != nil && k.federation.local > 0 {
		return nil, err
	}
	for part := range k.federation.local {
		c := &localClient{process: exec.Command(program, k.localArguments(part, ds)...)}
		c.process.Stderr = &c.said
		hold, err := c.process.StdinPipe()
		if err == nil {
			err = c.process.Start()
		}
		if err == nil {
			_, err = io.WriteString(hold, line+"\n") // fits into the pipe: it waits for nobody
		}
		if err != nil {
			if hold != nil {
				hold.Close()
			}
			l.end()
			return nil, fmt.Errorf("client %d cannot be started: %w", part, err)
		}
		c.hold = hold
		l.clients = append(l.clients, c)
		l.ended.Go(func() {
			if err := c.process.Wait(); err != nil && k.ending.Err() == nil {
				k.experiment.Note(view.EventInfo, fmt.Sprintf("the process of client %d has ended: %s", part, c.said.or(err)))
			}
		})
	}
	return l, nil
}

// localArguments are the command line of a client.
func (k *coordinator) localArguments(part int, ds *data.Dataset) []string {
	name := k.data.Name
	if data.Named(ds.Name) { // instead of auto
		name = ds.Name
	} else {
		name = absolute(name)
	}
	args := []string{
		"join", "-", "--as=local-" + strconv.Itoa(part), "--part=" + strconv.Itoa(part), "--data=" + name, "--val=" + strconv.Itoa(ds.Val.Len()),
		"--keys=" + k.clientKeys(), "--headless", "--hide-load", "--held",
	}
	for _, kv := range [][2]string{{"test", absolute(k.data.Test)}, {"label", k.data.Label}, {"data-dir", absolute(k.data.Dir)}} {
		if kv[1] != "" {
			args = append(args, "--"+kv[0]+"="+kv[1])
		}
	}
	return args
}

// mostWait is how long clients may take to end by themselves.
const mostWait = 5 * time.Second

// end ends the clients and waits for them: those that were told that the
// federation has ended go by themselves.
func (l *localClients) end() {
	if l == nil {
		return
	}
	for _, c := range l.clients {
		c.hold.Close()
	}
	late := time.AfterFunc(mostWait, func() {
		for _, c := range l.clients {
			_ = c.process.Process.Kill()
		}
	})
	defer late.Stop()
	l.ended.Wait()
}

// lastWords keep the end of what a process says.
type lastWords struct {
	mu   sync.Mutex
	text []byte
}

const mostWords = 4096

// Write keeps the end of what was written.
func (w *lastWords) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p...)
	w.text = w.text[max(0, len(w.text)-mostWords):]
	return len(p), nil
}

// or is the last line, or else an error.
func (w *lastWords) or(err error) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	said := strings.TrimSpace(string(w.text))
	if said = said[strings.LastIndex(said, "\n")+1:]; said != "" {
		return said
	}
	return err.Error()
}
