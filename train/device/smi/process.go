package smi

import (
	"time"

	"optwatch/train/device"
)

// processes takes what pmon has printed. Where it has ended, it cannot be had.
func (s *Sampler) processes() (map[int][]pmonRow, device.Quality) {
	for s.pmon != nil {
		select {
		case l, ok := <-s.pmon.lines:
			if ok {
				s.table.add(l)
				continue
			}
			s.pmon = nil
		default:
			return s.table.latest(time.Now())
		}
	}
	return nil, device.Unsupported
}

func (s *Sampler) addProcesses(sample *device.Sample, rows []pmonRow, known device.Quality) {
	if known != device.OK {
		sample.Readings[device.ProcessCount] = device.Missing(known, sample.At)
		return
	}
	sample.Processes = []device.Process{}
	for _, row := range rows {
		p := device.Process{PID: row.pid, GI: -1, CI: -1, Memory: row.memory, SM: row.sm, Command: row.command}
		if sample.Readings[device.Busy].Quality != device.OK && p.SM.Quality != device.OK {
			p.SM = device.Missing(device.Unsupported, sample.At)
		} else if p.SM.Quality == device.Unsupported { // a dash: it has done nothing
			p.SM = device.Measured(0, sample.At)
		}
		s.names.Name(&p)
		sample.Processes = append(sample.Processes, p)
	}
	sample.Readings[device.ProcessCount] = device.Measured(float64(len(rows)), sample.At)
}
