package homes

import (
	"errors"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAccounts(t *testing.T) {
	passwd := strings.Join([]string{
		"root:x:0:0:root:/root:/bin/bash",
		"daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
		"bob:x:1001:1001:,,,:/home/bob/:/bin/sh",
		"alice:x:1000:1000::/home/alice:/bin/sh",
		"alice2:x:1000:1000::/home/alice:/bin/sh", // another name for her
		"shared:x:1003:1003::/home/alice:/bin/sh", // whoever owns it is whose it is
		"nobody:x:65534:65534::/nonexistent:/bin/false",
		"gitlab-runner:x:999:999::/home/gitlab-runner:/bin/sh",
		"relative:x:1004:1004::home:/bin/sh", "minus:x:-1:0::/home/minus:/bin/sh", "huge:x:99999999999:0::/home/h:/bin/sh",
		"+::::::", "-bad::::::", "# a comment", "", "junk", "few:x:1:1:/home/few", "slash:x:1005:1005::/:/bin/sh",
		"climber:x:1006:1006::/home/../etc/climber:/bin/sh",
	}, "\n")
	got, err := Accounts(fstest.MapFS{"etc/passwd": {Data: []byte(passwd)}})
	want := []Account{
		{"alice", 1000, 1000, "/home/alice"},
		{"bob", 1001, 1001, "/home/bob"},
		{"climber", 1006, 1006, "/etc/climber"},
		{"gitlab-runner", 999, 999, "/home/gitlab-runner"},
		{"root", 0, 0, "/root"},
		{"shared", 1003, 1003, "/home/alice"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v\nwant %+v", got, err, want)
	}
	if got, err := Accounts(fstest.MapFS{}); len(got) > 0 || err != nil {
		t.Errorf("without /etc/passwd: %v, %v", got, err)
	}
}

// unreadable is a machine whose /etc/passwd cannot be read.
type unreadable struct{ fstest.MapFS }

var errUnreadable = errors.New("unreadable")

func (unreadable) Open(string) (fs.File, error) { return nil, errUnreadable }

func TestAccountsUnreadable(t *testing.T) {
	if _, err := Accounts(unreadable{}); !errors.Is(err, errUnreadable) {
		t.Error(err)
	}
}

// FuzzParsePasswd: whatever is in the file, an account has a name and a home of its own.
func FuzzParsePasswd(f *testing.F) {
	f.Add([]byte("root:x:0:0:root:/root:/bin/bash\nbob:x:1:1::/home/bob:/bin/sh\n+::::::\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, a := range parsePasswd(text) {
			if a.Name == "" || !path.IsAbs(a.Dir) || a.Dir == "/" || path.Clean(a.Dir) != a.Dir || a.UID < 0 {
				t.Errorf("%+v", a)
			}
		}
	})
}
