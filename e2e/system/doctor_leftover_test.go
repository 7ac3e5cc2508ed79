package system

import (
	"os"
	"path/filepath"
	"testing"
)

// A run that is killed between the replacement of a file and the removal of the old one leaves that beside it, with the
// plaintext that it has taken out. It is found, whoever's it is, and goes with the next run of its owner's.
func TestDoctorFindsWhatAKilledRunHasLeft(t *testing.T) {
	for _, about := range []string{"", lab.image} {
		t.Run("doctor "+about, func(t *testing.T) {
			m := newMachine(t)
			m.install(t)
			alice := m.user(t, "alice", 1001)
			word := lab.secret("glcbt-64_")
			paths := make(map[*account]string)
			for _, a := range []*account{m.root, alice} {
				a.configure(t, dockerConfig(map[string]string{"https://" + lab.registry: basic("gitlab-ci-token", word)}))
				m.give(t, a.ConfigPath())
				killed := a.run(t, "", "strace", "-f", "-o", "/dev/null", "-e", "trace=renameat2,unlinkat",
					"-e", "inject=unlinkat:signal=KILL:when=1", "docker-credential-gitlabjob", "doctor", "--fix", "--yes")
				left, err := filepath.Glob(a.ConfigPath() + ".gitlabjob-*")
				if err != nil || len(left) != 1 {
					t.Fatalf("%q, %v: %v", left, err, killed)
				}
				lab.plant(left[0])
				paths[a] = filepath.Join(a.inside, ".docker", filepath.Base(left[0]))
			}
			args := []string{about}
			if about == "" {
				args = nil
			}
			r := m.diagnose(t, args...)
			r.finds(t, "leftover-file", paths[m.root], "")
			f := r.finds(t, "leftover-file", paths[alice], "")
			m.doctor(t, append([]string{"--fix"}, args...)...).says(t, paths[m.root]+":", "would remove it")
			m.doctor(t, append([]string{"--fix", "--yes"}, args...)...).says(t, paths[m.root]+":", "removed it")
			m.root.run(t, "", "sh", "-c", f.Fix).succeeds(t).says(t, paths[alice]+":", "removed it")
			m.doctor(t, args...).succeeds(t).says(t, "nothing is wrong")
			for a, path := range paths {
				if _, err := os.Stat(m.path(path)); err == nil {
					t.Errorf("%s is still there", path)
				}
				a.configIs(t, helperConfig())
			}
		})
	}
}
