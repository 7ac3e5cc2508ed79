//go:build unix

package homes

import (
	"os"
	"testing"
)

// TestOwnersOfHomes: accounts of a directory service are in no file; what they own in /home is their home.
func TestOwnersOfHomes(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"home/carol", "home/known"} {
		if err := os.MkdirAll(dir+"/"+name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(dir+"/home/file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	uid := os.Getuid()
	if uid == 0 { // root's directories in /home are nobody's home
		if got := owners(os.DirFS(dir), "home", nil); len(got) > 0 {
			t.Errorf("root's: %+v", got)
		}
		uid = 12345
		if err := os.Chown(dir+"/home/carol", uid, uid); err != nil {
			t.Fatal(err)
		}
	}
	got := owners(os.DirFS(dir), "home", []Account{{Name: "known", UID: 1, Dir: "/home/known"}})
	if len(got) != 1 || got[0].Name != "carol" || got[0].UID != uid || got[0].Dir != "/home/carol" {
		t.Errorf("%+v", got)
	}
}
