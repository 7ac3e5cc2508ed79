package e2e

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// passedOn are the variables that the program, its vaults and its libraries look at. A script unsets one of them by
// making it empty.
var passedOn = []string{
	"CI_DEPENDENCY_PROXY_SERVER", "CI_JOB_TOKEN", "CI_REGISTRY", "CI_SERVER_TLS_CA_FILE", "CI_SERVER_URL",
	"DBUS_SESSION_BUS_ADDRESS", "DOCKER_AUTH_CONFIG", "DOCKER_CONFIG", "GITLABJOB_DEBUG", "GITLABJOB_HOSTS",
	"GITLABJOB_KEYRING", "GITLABJOB_ON_MISS", "GITLABJOB_OPTIONAL", "GITLABJOB_STATE_DIR", "HOME",
	"HTTPS_PROXY", "LOCALAPPDATA", "PATH", "REGISTRY_AUTH_FILE", "SSL_CERT_FILE", "SYSTEMROOT", "TESTVAULT_DIR", "TESTVAULT_FAIL",
	"TESTVAULT_LOG", "TMPDIR", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME",
}

// helper is "[!] helper VERB [TEXT | <FILE]": it runs a verb of the protocol with TEXT, in which Go's escapes count, or
// FILE as standard input. It must succeed, with "!" it must not.
func (s *story) helper(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: [!] helper VERB [TEXT | <FILE]")
	}
	stdin := ""
	if len(args) == 2 {
		if file, ok := strings.CutPrefix(args[1], "<"); ok {
			stdin = ts.ReadFile(file)
		} else {
			stdin = unescape(ts, args[1])
		}
	}
	s.run(ts, neg, stdin, args[0])
}

// store is "[!] store HOST USERNAME SECRET": it sends what Docker sends after a login.
func (s *story) store(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: [!] store HOST USERNAME SECRET")
	}
	message, err := json.Marshal(map[string]string{"ServerURL": args[0], "Username": args[1], "Secret": args[2]})
	ts.Check(err)
	s.run(ts, neg, string(message), "store")
}

// program is "[!] program [WORD...]": it runs the program with any command line and nothing on standard input.
func (s *story) program(ts *testscript.TestScript, neg bool, args []string) {
	s.run(ts, neg, "", args...)
}

// piped is "[!] piped TEXT WORD...": it runs the program with any command line and TEXT on standard input.
func (s *story) piped(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] piped TEXT WORD...")
	}
	s.run(ts, neg, unescape(ts, args[0]), args[1:]...)
}

// fed is "[!] fed FILE WORD...": it runs the program with any command line and FILE on standard input.
func (s *story) fed(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] fed FILE WORD...")
	}
	s.run(ts, neg, ts.ReadFile(args[0]), args[1:]...)
}

// exited is "exited CODE": the last run ended with that exit code.
func (s *story) exited(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: exited CODE")
	}
	if strconv.Itoa(s.last.Code) != args[0] {
		ts.Fatalf("the exit code is %d", s.last.Code)
	}
}

// tookAtMost is "took-at-most DURATION": how long the last run may have taken.
func (s *story) tookAtMost(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: took-at-most DURATION")
	}
	most, err := time.ParseDuration(args[0])
	ts.Check(err)
	if s.took > most {
		ts.Fatalf("it took %v", s.took)
	}
}

// served is "served URL USERNAME SECRET": the last run printed this credential, as clients read it, and nothing else.
func (s *story) served(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 || neg {
		ts.Fatalf("usage: served URL USERNAME SECRET")
	}
	want := fmt.Sprintf("{\"ServerURL\":%q,\"Username\":%q,\"Secret\":%q}\n", args[0], args[1], args[2])
	if s.last.Stdout != want || s.last.Code != 0 {
		ts.Fatalf("exit code %d, standard output is not the credential:\n%swant:\n%s", s.last.Code, s.last.Stdout, want)
	}
}

// run runs the program once, holds what it says against the rules that hold for every run, and hands it to the script.
func (s *story) run(ts *testscript.TestScript, neg bool, stdin string, words ...string) {
	cmd := exec.Command(filepath.Join(bin, kit.Program), words...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range passedOn {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	hide := s.debug && ts.Getenv("GITLABJOB_DEBUG") == ""
	if hide {
		cmd.Env = append(cmd.Env, "GITLABJOB_DEBUG=1")
	}
	ts.Check(asOrdinaryUser(func() (err error) {
		start := time.Now()
		s.last, err = kit.Run(cmd, stdin)
		s.took = time.Since(start)
		return err
	}))
	s.searchOutput(ts, words)
	plain := withoutDebug(s.last.Stderr)
	if hide {
		s.last.Stderr = plain
	}
	_, _ = ts.Stdout().Write([]byte(s.last.Stdout))
	_, _ = ts.Stderr().Write([]byte(s.last.Stderr))
	if err := checkManners(words, s.last, plain); err != nil {
		ts.Fatalf("exit code %d, %v\nstdout:\n%s\nstderr:\n%s", s.last.Code, err, s.last.Stdout, s.last.Stderr)
	}
	if failed := s.last.Code != 0; failed != neg {
		ts.Fatalf("the exit code is %d\nstdout:\n%s\nstderr:\n%s", s.last.Code, s.last.Stdout, s.last.Stderr)
	}
}

// unescape reads Go's escapes, \r and \x00 for two, so that a script can write what it otherwise could not.
func unescape(ts *testscript.TestScript, text string) string {
	var b strings.Builder
	for text != "" {
		r, multibyte, rest, err := strconv.UnquoteChar(text, 0)
		ts.Check(err)
		if multibyte {
			b.WriteRune(r)
		} else {
			b.WriteByte(byte(r))
		}
		text = rest
	}
	return b.String()
}
