package follow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"optwatch/train/follow/script"
	"optwatch/train/view"
)

// letter is what a script is to be told for a command.
type letter struct {
	run      *run
	command  view.Command
	commands []script.Command
}

// mostLetters is how many commands may wait for a file system that does not answer.
const mostLetters = 32

// tellScript has a command written for a script, in the order in which commands came.
// Whoever gave it never waits for the file that it goes to.
func (w *Watch) tellScript(r *run, s *steered, c view.Command, commands []script.Command) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(s.outbox) >= mostLetters {
		return errors.New("the folder of " + r.name + " does not answer: commands before this one still wait")
	}
	w.waitFor(r, c.Kind)
	w.publish()
	s.outbox = append(s.outbox, letter{r, c, commands})
	if len(s.outbox) == 1 {
		go s.post(w)
	}
	return nil
}

// post sends what is in an outbox until there is no more.
func (s *steered) post(w *Watch) {
	for more := true; more; {
		w.mu.Lock()
		l := s.outbox[0]
		w.mu.Unlock()
		ids, err := s.sendAll(l.commands)
		w.mu.Lock()
		s.outbox = s.outbox[1:]
		more = len(s.outbox) > 0
		if err != nil {
			w.acknowledge(l.run, l.command, "", err)
		}
		w.mu.Unlock()
		if err == nil {
			go s.await(w, l, ids)
		}
	}
}

// sendAll sends some commands. A panic is a failure to do so.
func (s *steered) sendAll(commands []script.Command) (ids []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it cannot be told: %v", p)
		}
	}()
	for _, c := range commands {
		id, err := s.send(c)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// answerTime is how long an answer is waited for: a step may be long.
const answerTime = 10 * time.Minute

// await tells what a script answers.
func (s *steered) await(w *Watch, l letter, ids []string) {
	text, err := s.answers(l, ids)
	w.lookAtScript(s)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acknowledge(l.run, l.command, text, err)
}

// answers are what a script answers, in words. A panic is a failure to read them.
func (s *steered) answers(l letter, ids []string) (text string, failed error) {
	defer func() {
		if p := recover(); p != nil {
			failed = fmt.Errorf("its answer cannot be read: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	for i, id := range ids {
		a, err := s.dir.Await(ctx, id)
		if err == nil && !a.OK {
			err = errors.New(a.Text)
		}
		if failed = errors.Join(failed, err); err == nil {
			text = answered(l.commands[i], a)
		}
	}
	return text, failed
}
