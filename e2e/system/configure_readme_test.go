package system

import (
	"os"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// What the README tells people to write and to run is what these tests have written and run.
func TestReadmeShowsWhatWasRun(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	const command = kit.Program + " configure"
	for _, shown := range []string{
		"  pre_build_script = \"" + command + "\"\n",
		"    volumes = [\"/usr/local/bin/" + kit.Program + ":/usr/local/bin/" + kit.Program + ":ro\"",
		"  environment = [\"GITLABJOB_OPTIONAL=1\"]",
		"\n" + kit.Program + " login registry.gitlab.com\n", // TestLifeOverSSH, which logs in and configures at the prompt
		"\n" + command + " --runner --systemd ",
	} {
		if !strings.Contains(string(readme), shown) {
			t.Errorf("the README does not show %q", shown)
		}
	}
	if !strings.Contains(preBuild, "\t"+command+"\n") { // TestConfigureInPreBuildScript, with the same mount
		t.Errorf("what was run is another command than %s:\n%s", command, preBuild)
	}
}
