package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// vaultRuns is "vault-runs N": the vault was called so many times since the last "vault-runs". N may be "any".
func (s *story) vaultRuns(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: vault-runs N")
	}
	data, err := os.ReadFile(filepath.Join(s.work, "vault.log"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		ts.Check(err)
	}
	total := bytes.Count(data, []byte("\n"))
	if got := total - s.runs; args[0] != "any" && strconv.Itoa(got) != args[0] {
		ts.Fatalf("the vault was called %d times; in all:\n%s", got, data)
	}
	s.runs = total
}

// vaultHolds is "vault-holds N": there are so many entries in the vault.
func (s *story) vaultHolds(ts *testscript.TestScript, neg bool, args []string) {
	entries, err := os.ReadDir(s.vault)
	ts.Check(err)
	if len(args) != 1 || neg || strconv.Itoa(len(entries)) != args[0] {
		ts.Fatalf("the vault holds %d entries", len(entries))
	}
}

// life is "life HOST FIELD VALUE [FIELD VALUE]...": it changes what the catalogue says of a token's life. A VALUE that
// begins with a sign is a distance from now: +4m, -31d.
func (s *story) life(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args)%2 == 0 {
		ts.Fatalf("usage: life HOST FIELD VALUE [FIELD VALUE]...")
	}
	path := ts.Getenv("CATALOG")
	edit(ts, path, func(catalog object) {
		entry, ok := catalog["tokens"].(object)[args[0]].(object)
		if !ok {
			ts.Fatalf("the catalogue has nothing for %s", args[0])
		}
		setLife(ts, entry["life"].(object), args[1:])
	})
}

// vaultLife is "vault-life HOST FIELD VALUE [FIELD VALUE]...": it changes what the record in the vault says.
func (s *story) vaultLife(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args)%2 == 0 {
		ts.Fatalf("usage: vault-life HOST FIELD VALUE [FIELD VALUE]...")
	}
	paths, err := filepath.Glob(filepath.Join(s.vault, "*.json"))
	ts.Check(err)
	found := false
	for _, path := range paths {
		edit(ts, path, func(entry object) {
			var record object
			ts.Check(json.Unmarshal([]byte(entry["Secret"].(string)), &record))
			if record["host"] != args[0] {
				return
			}
			found = true
			setLife(ts, record["life"].(object), args[1:])
			data, err := json.Marshal(record)
			ts.Check(err)
			entry["Secret"] = string(data)
		})
	}
	if !found {
		ts.Fatalf("the vault has nothing for %s", args[0])
	}
}

// bigFile is "big-file FILE SIZE": a file with one line of that many letters.
func (s *story) bigFile(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: big-file FILE SIZE")
	}
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat("a", size)), 0o600))
}

type object = map[string]any

func edit(ts *testscript.TestScript, path string, change func(object)) {
	data, err := os.ReadFile(path)
	ts.Check(err)
	var whole object
	ts.Check(json.Unmarshal(data, &whole))
	change(whole)
	data, err = json.MarshalIndent(whole, "", "\t")
	ts.Check(err)
	ts.Check(os.WriteFile(path, data, 0o600))
}

func setLife(ts *testscript.TestScript, life object, pairs []string) {
	for i := 0; i < len(pairs); i += 2 {
		value := pairs[i+1]
		if strings.HasPrefix(value, "+") || strings.HasPrefix(value, "-") {
			value = time.Now().UTC().Add(distance(ts, value)).Format(time.RFC3339)
		}
		life[pairs[i]] = value
	}
}

// distance reads a duration, in days as well.
func distance(ts *testscript.TestScript, text string) time.Duration {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		ts.Check(err)
		return time.Duration(n) * 24 * time.Hour
	}
	d, err := time.ParseDuration(text)
	ts.Check(err)
	return d
}
