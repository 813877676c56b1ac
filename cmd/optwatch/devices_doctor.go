package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"optwatch/train/device"
)

// doctorLimit is how long the doctor waits for a driver.
const doctorLimit = 40 * time.Second

// doctor says which backend is used, what it lacks, and what a sample costs.
func doctor(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, doctorLimit)
	defer cancel()
	e, err := device.Examine(ctx, samplers())
	if err != nil && errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the driver has not answered in %v: %w", doctorLimit, err)
	}
	if e != nil {
		printExamination(out, e)
	}
	return err
}

func printExamination(out io.Writer, e *device.Examination) {
	for _, failure := range e.Failures {
		fmt.Fprintf(out, "not used  %s\n", failure)
	}
	if len(e.Devices) == 0 {
		fmt.Fprintln(out, "backend   none: only the host can be shown")
		return
	}
	fmt.Fprintf(out, "backend   %s, from %s, driver %s, %d GPUs, opened in %v\n", e.Backend, e.Diagnosis.Source, orDash(e.Diagnosis.Driver),
		len(e.Devices), e.Opening.Round(time.Microsecond))
	fmt.Fprintf(out, "missing   %s\n", list(e.Diagnosis.Missing))
	for i, s := range e.Last.Samples {
		if i >= len(e.Devices) {
			break
		}
		fmt.Fprintf(out, "gpu %-5d %s, %s, %s: %s", e.Devices[i].Index, e.Devices[i].Name, s.ID, orDash(e.Devices[i].BDF), s.State)
		for _, q := range []device.Quality{device.Unsupported, device.Denied, device.Failed} {
			if names := s.Lacking(q); len(names) > 0 {
				fmt.Fprintf(out, "; %s: %s", q, list(names))
			}
		}
		fmt.Fprintln(out)
	}
	var percent float64
	for _, c := range e.Costs {
		fmt.Fprintf(out, "sample    %-9s every %-4v takes %v, at most %v\n", c.Name, c.Period, c.Median.Round(time.Microsecond), c.Most.Round(time.Microsecond))
		percent += 100 * c.Median.Seconds() / c.Period.Seconds()
	}
	if e.Diagnosis.Paced {
		fmt.Fprintln(out, "          which is the time until the program prints its next line, not work")
		return
	}
	fmt.Fprintf(out, "in all    %.2f %% of the time of one thread\n", percent)
}

func orDash(text string) string {
	if text == "" {
		return "—"
	}
	return text
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
