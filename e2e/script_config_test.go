package e2e

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// configPath is where Docker's config file is in the script's environment.
func configPath(ts *testscript.TestScript) string {
	if dir := ts.Getenv("DOCKER_CONFIG"); dir != "" {
		return filepath.Join(dir, "config.json")
	}
	return filepath.Join(ts.Getenv("HOME"), ".docker", "config.json")
}

// config is "config FILE": Docker's config file gets what FILE has, less the last line end, since Docker writes none.
// In FILE, $NAME stands for a variable and AUTH(USER:NAME) for the base64 of "USER:" and that variable: so a script has
// plaintext credentials without having a secret in it.
func (s *story) config(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: config FILE")
	}
	path := configPath(ts)
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
	ts.Check(os.WriteFile(path, []byte(expandConfig(ts, args[0])), 0o600))
}

// configIs is "[!] config-is FILE": Docker's config file has exactly what "config FILE" would write.
func (s *story) configIs(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: [!] config-is FILE")
	}
	got, err := os.ReadFile(configPath(ts))
	ts.Check(err)
	if want := expandConfig(ts, args[0]); (string(got) == want) == neg {
		ts.Fatalf("Docker's config file has\n%s\nand not\n%s", got, want)
	}
}

// configAt is "config-at PATH FILE": the file at PATH gets what "config FILE" would give to Docker's config file.
func (s *story) configAt(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: config-at PATH FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(expandConfig(ts, args[1])), 0o600))
}

// configAtIs is "config-at-is PATH FILE": the file at PATH has exactly what "config-at PATH FILE" would write.
func (s *story) configAtIs(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: config-at-is PATH FILE")
	}
	if got, want := ts.ReadFile(args[0]), expandConfig(ts, args[1]); got != want {
		ts.Fatalf("%s has\n%s\nand not\n%s", args[0], got, want)
	}
}

// burnConfig is "burn-config": Docker's config file goes. The script has shown that a secret stays in it, and at its end
// there must be none anywhere.
func (s *story) burnConfig(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 0 || neg {
		ts.Fatalf("usage: burn-config")
	}
	ts.Check(os.Remove(configPath(ts)))
}

// loginElsewhere is "login-elsewhere HOST USERNAME SECRET": the test vault gets a login as Docker stores it there, when
// it is no vault of this program's but the store that Docker's config names.
func (s *story) loginElsewhere(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 || neg {
		ts.Fatalf("usage: login-elsewhere HOST USERNAME SECRET")
	}
	message, err := json.Marshal(map[string]string{"ServerURL": args[0], "Username": args[1], "Secret": args[2]})
	ts.Check(err)
	cmd := exec.Command(filepath.Join(bin, kit.Vault), "store")
	cmd.Env = []string{"TESTVAULT_DIR=" + s.vault}
	result, err := kit.Run(cmd, string(message))
	ts.Check(err)
	if result.Code != 0 {
		ts.Fatalf("the store says: %s%s", result.Stdout, result.Stderr)
	}
}

var authOf = regexp.MustCompile(`AUTH\(([^:()]*):(\w+)\)`)

func expandConfig(ts *testscript.TestScript, file string) string {
	text := strings.TrimSuffix(ts.ReadFile(file), "\n")
	text = authOf.ReplaceAllStringFunc(text, func(auth string) string {
		match := authOf.FindStringSubmatch(auth)
		return base64.StdEncoding.EncodeToString([]byte(match[1] + ":" + ts.Getenv(match[2])))
	})
	return os.Expand(text, ts.Getenv)
}
