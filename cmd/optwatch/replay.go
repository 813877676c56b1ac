package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"optwatch/train/record"
	"optwatch/train/view"
	"optwatch/tui"
)

// openRecord opens the record of an ID or a file for reading.
func openRecord(idOrFile string) (*record.Reader, string, error) {
	folder, err := record.DefaultFolder()
	if err != nil {
		return nil, "", err
	}
	path, err := folder.Find(idOrFile)
	if err != nil {
		return nil, "", usageError{err}
	}
	r, err := record.Open(path)
	if err != nil {
		return nil, "", inFile(path, err)
	}
	return r, path, nil
}

// inFile is an error that says which file it is about.
func inFile(path string, err error) error {
	if strings.HasPrefix(err.Error(), path+":") {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// played says how the runs of a record stand at its end, wherever it was left, and
// what can be done with it.
func played(cmd *cobra.Command, player *record.Player, path string) error {
	length := player.Snapshot().Playback.Length
	if err := player.Do(view.Command{Kind: view.Seek, Value: length.Seconds()}); err != nil {
		return err
	}
	printStanding(plainText{cmd.OutOrStdout()}, player.Snapshot(), widthOf(cmd.OutOrStdout()))
	s, err := summarise(path)
	if err != nil {
		return err
	}
	if s.Status == record.Live {
		whereabouts(cmd, path)
		return nil
	}
	id := called(s.ID, path)
	complain(cmd, "%s: %s", standsAs(s, id, " and saved"), ways(s, id))
	return nil
}

// replayCommand is optwatch replay.
func replayCommand() *cobra.Command {
	var screen screenFlags
	cmd := &cobra.Command{
		Use:   "replay ID|FILE",
		Short: "Play a recorded experiment or watch on the screen",
		Long: `replay plays a record on the screen as it happened: the curves, the clients, the
devices, the diagnosis and the log. The keys of the footer play and freeze it,
change the speed and seek by time and by mark. Nothing is trained. A watch begins
with what was in the logs when it began.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeRecords(true, isAny),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkBounds(screen.boundFPS()); err != nil {
				return err
			}
			if !hasScreen(cmd) {
				return usageError{errors.New("this is no terminal to play on; optwatch export writes a record as CSV and JSON")}
			}
			r, path, err := openRecord(args[0])
			if err != nil {
				return err
			}
			defer r.Close()
			player, err := r.Player()
			if err != nil {
				return inFile(path, err)
			}
			t := screen.terminal(cmd)
			t.Memory, t.Hints = memory(kindReplay), firstStart()
			if err = tui.Run(cmd.Context(), player, t); err != nil {
				return err
			}
			return played(cmd, player, path)
		},
	}
	cmd.Flags().SortFlags = false
	include(cmd.Flags(), screen.group())
	return cmd
}
