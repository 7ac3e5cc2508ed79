package keyring

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// userRing returns the keyring of this user. A user namespace, such as rootless podman and buildah run in, has keyrings
// of its own that nobody outside knows, and that go with it. There it is the one outside, where that is to be had.
func userRing() int {
	uid := os.Getuid()
	text, err := os.ReadFile("/proc/self/uid_map")
	if outside, ok := mapped(string(text), uid); err == nil && ok && outside != uid {
		if id, ok := ringOutside(uid, "_uid."+strconv.Itoa(outside)); ok {
			return id
		}
	}
	return unix.KEY_SPEC_USER_KEYRING
}

// mapped returns what number a user of this user namespace has outside (user_namespaces(7)).
func mapped(uidMap string, uid int) (outside int, ok bool) {
	for line := range strings.Lines(uidMap) {
		var first, start, count int
		if _, err := fmt.Sscan(line, &first, &start, &count); err == nil && first <= uid && uid-first < count {
			return start + uid - first, true
		}
	}
	return 0, false
}

// ringOutside looks for the user's keyring of that name among all keys that this process may see. No search leads from
// a user namespace to it, but its number does, to those whom its rights let in. What others write into their keys'
// names stands in /proc/keys too, so the kernel is asked whose it is.
func ringOutside(uid int, name string) (id int, ok bool) {
	keys, err := os.ReadFile("/proc/keys")
	if err != nil {
		return 0, false // hidden, as in containers
	}
	for line := range strings.Lines(string(keys)) {
		number, rest, _ := strings.Cut(line, " ")
		if !strings.Contains(rest, name) {
			continue
		}
		id, err := strconv.ParseInt(number, 16, 32)
		if err != nil {
			continue
		}
		description, err := unix.KeyctlString(unix.KEYCTL_DESCRIBE, int(id))
		if err == nil && strings.HasPrefix(description, fmt.Sprintf("keyring;%d;", uid)) &&
			strings.HasSuffix(description, ";"+name) {
			return int(id), true
		}
	}
	return 0, false
}
