package process

import (
	"fmt"
	"strings"
)

// Confirm says what stopping the processes of a log would do, and why it is these,
// for the question whether to do it. An error says that it may not be done.
func (s *System) Confirm(m Match) (string, error) {
	tree, err := s.stoppable(m.IDs())
	if err != nil {
		return "", err
	}
	var b strings.Builder
	first := tree[0]
	fmt.Fprintf(&b, "Stop process %d (%s)", first.PID, s.Command(first.PID))
	if n := len(tree) - 1; n == 1 {
		b.WriteString(" and the one below it")
	} else if n > 1 {
		fmt.Fprintf(&b, " and %d below it", n)
	}
	fmt.Fprintf(&b, " by SIGSTOP?\nWhy this one: %v.\n", m.Evidence)
	b.WriteString("It stands still where it is, also within a step, until it is continued by SIGCONT.\n")
	b.WriteString("All its memory stays held, that of the GPUs too.\n")
	b.WriteString("Ranks on other machines wait for it and may give up, and so may servers that it talks to.\n")
	b.WriteString("A shell in whose foreground it runs takes its terminal back.\n")
	fmt.Fprintf(&b, "If this program ends first: kill -CONT %s", list(tree))
	return b.String(), nil
}

// list is the pids of a tree, as kill takes them.
func list(tree []Process) string {
	const most = 8
	var pids []string
	for i, p := range tree {
		if i == most {
			pids = append(pids, "…")
			break
		}
		pids = append(pids, fmt.Sprint(p.PID))
	}
	return strings.Join(pids, " ")
}
