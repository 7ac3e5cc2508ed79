// Command bench measures what the helper costs: `make bench`, or `go run ./bench` in this module.
//
// Every pull waits for the helper at least once, so what counts is the time from the start of the process to its end.
// It is compared with another program's, the two in turn, so that what else the machine does falls on both: "get" of a
// job token, and a "configure" that has nothing to do, with a program that does nothing at all; "get" of a kept token
// with docker-credential-secretservice on the same Secret Service; "doctor" with reading the files that it looks at.
// The size of the binary is measured as well. A target that is missed makes the exit code 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"text/tabwriter"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// The targets.
const (
	mostOfEmpty          = 1.70
	mostOfEmptyConfigure = 2.20
	mostOfEmptyMany      = 40
	mostOfSecretService  = 0.45
	mostOfNoToken        = 2.00
	mostOfReading        = 5
	mostBytes            = 9_000_000
)

var errMissed = errors.New("a target was missed")

func main() {
	runs := flag.Int("runs", 300, "how often each program is started; at least 200 for figures to go by")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := bench(ctx, os.Stdout, *runs)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, out io.Writer, runs int) (err error) {
	if runs < 1 {
		return errors.New("-runs must be at least 1")
	}
	temp, err := os.MkdirTemp("", "gitlabjob-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	b := &benchmark{runs: runs, temp: temp, bin: filepath.Join(temp, "bin")}
	if err := kit.Build(ctx, b.bin); err != nil {
		return err
	}
	var rows []row
	var problems []error
	measures := []func(context.Context) (row, error){
		b.jobToken, b.keptToken, b.list, b.nothingToDo, b.manyEntriesToRead, b.doctor, b.size,
	}
	for i := range vaults {
		measures = append(measures, b.vault(i))
	}
	for _, measure := range measures {
		r, err := measure(ctx)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		rows = append(rows, r)
		if r.missed() {
			problems = append(problems, fmt.Errorf("%w: %s", errMissed, r.what))
		}
	}
	return errors.Join(printTable(out, runs, rows), errors.Join(problems...))
}

// row is one line of the result.
type row struct {
	what, measured string
	against        string  // with what it was measured
	value, most    float64 // most 0: there is no target
	format         string  // of value and most
}

func (r row) missed() bool { return r.most > 0 && r.value > r.most }

func printTable(out io.Writer, runs int, rows []row) error {
	_, _ = fmt.Fprintf(out, "median of %d runs each, in turn\n\n", runs)
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	_, _ = fmt.Fprintln(table, "what\tmeasured\tagainst\tresult\tat most\t")
	for _, r := range rows {
		most, verdict := "-", ""
		if r.most > 0 {
			most, verdict = fmt.Sprintf(r.format, r.most), "ok"
		}
		if r.missed() {
			verdict = "MISSED"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t"+r.format+"\t%s\t%s\n",
			r.what, r.measured, r.against, r.value, most, verdict)
	}
	return table.Flush()
}
