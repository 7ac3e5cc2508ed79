// Command security stands in for macOS' /usr/bin/security in tests that must need nothing but Go. It knows the three
// commands by which go-keyring keeps a secret, in the very words that go-keyring has for them, and complains of every
// other: a word too many on a command line is one that all users of the machine can read.
//
// It keeps one file for each item in FAKESECURITY_DIR/items, so that a test can look and take away, and writes a line
// for each call to FAKESECURITY_DIR/calls, with the whole command line, and what it complains of to
// FAKESECURITY_DIR/complaints. FAKESECURITY_PLAY makes it fail as the real one does: "locked", "canceled", "denied",
// "hang" (it does not answer, and leaves its process id in FAKESECURITY_DIR/hung).
//
// What it does is what Apple's sources do (Security, SecurityTool/macOS).
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() { os.Exit(run(os.Args[1:])) }

// run does what one command line says, and returns the exit code.
func run(args []string) int {
	note("calls", strings.Join(args, " "))
	if os.Getenv("FAKESECURITY_PLAY") == "hang" {
		note("hung", strconv.Itoa(os.Getpid()))
		time.Sleep(time.Minute)
	}
	if !slices.Equal(args, []string{"-i"}) {
		return execute(args, "find-generic-password", "delete-generic-password")
	}
	code := 0
	for in := bufio.NewReader(os.Stdin); ; {
		line, err := readLine(in)
		if err != nil {
			return code // that of the last command, as the real one has it
		}
		code = 0
		if words := splitLine(line); len(words) > 0 {
			code = execute(words, "add-generic-password")
		}
	}
}

// execute runs a command, which must be one of those that make sense in its place: a secret comes on standard input.
func execute(words []string, allowed ...string) int {
	if len(words) == 0 || !slices.Contains(allowed, words[0]) {
		return complain("no such command here: %q", words)
	}
	switch words[0] {
	case "add-generic-password":
		return add(words[1:])
	case "find-generic-password":
		return find(words[1:])
	}
	return remove(words[1:])
}

// add is add-generic-password -U -s SERVICE -a ACCOUNT -w PASSWORD.
func add(words []string) int {
	options, ok := getopt(words, "Us:a:w:")
	service, account, password := options['s'], options['a'], options['w']
	if !ok || service == "" || account == "" || password == "" {
		return complain("add-generic-password with %d words", len(words)) // one of which is a secret
	}
	if strings.Trim(password, printable) != "" {
		return complain("a password that find-generic-password would show in hexadecimal")
	}
	item := itemPath(service, account)
	if code := play("SecKeychainItemCreateFromContent (<default>)"); code != 0 {
		return code
	}
	if _, err := os.Stat(item); err == nil {
		if _, update := options['U']; !update {
			return fail("SecKeychainItemCreateFromContent (<default>)", duplicateItem)
		}
	}
	must(os.MkdirAll(filepath.Dir(item), 0o700))
	must(os.WriteFile(item, []byte(password), 0o600))
	return 0
}

// find is find-generic-password -s SERVICE -wa ACCOUNT.
func find(words []string) int {
	options, ok := getopt(words, "s:wa:")
	_, alone := options['w']
	if !ok || !alone || options['s'] == "" || options['a'] == "" {
		return complain("find-generic-password %q", words)
	}
	password, err := os.ReadFile(itemPath(options['s'], options['a']))
	if errors.Is(err, fs.ErrNotExist) {
		return fail("SecKeychainSearchCopyNext", itemNotFound) // a keychain that is locked says so too
	}
	must(err)
	if code := play("SecKeychainItemCopyContent"); code != 0 {
		return code
	}
	fmt.Println(string(password))
	return 0
}

// remove is delete-generic-password -s SERVICE -a ACCOUNT.
func remove(words []string) int {
	options, ok := getopt(words, "s:a:")
	if !ok || options['s'] == "" || options['a'] == "" { // without an account it would take any of them
		return complain("delete-generic-password %q", words)
	}
	item := itemPath(options['s'], options['a'])
	if _, err := os.Stat(item); errors.Is(err, fs.ErrNotExist) {
		return fail("SecKeychainSearchCopyNext", itemNotFound)
	}
	if code := play("SecKeychainItemDelete"); code != 0 {
		return code
	}
	must(os.Remove(item))
	fmt.Println("password has been deleted.")
	return 0
}

// itemPath is where an item stands.
func itemPath(service, account string) string {
	return filepath.Join(os.Getenv("FAKESECURITY_DIR"), "items", url.QueryEscape(service), url.QueryEscape(account))
}
