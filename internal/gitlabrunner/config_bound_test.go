package gitlabrunner

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// grown is a text of nearly that many bytes: the head, lines, and the tail.
func grown(size int, head string, line func(i int) string, tail string) []byte {
	var text strings.Builder
	text.WriteString(head)
	for i := 0; ; i++ {
		next := line(i)
		if text.Len()+len(next)+len(tail) > size {
			return []byte(text.String() + tail)
		}
		text.WriteString(next)
	}
}

// TestParseConfigIsBounded: the largest files that somebody could leave for root to read are turned down at once.
func TestParseConfigIsBounded(t *testing.T) {
	const soon = 5 * time.Second // minutes, where it is not bounded
	numbered := func(format string) func(int) string {
		return func(i int) string { return strings.ReplaceAll(format, "N", fmt.Sprintf("%x", i)) }
	}
	for name, text := range map[string][]byte{
		"keys":           grown(maxConfig, "", numbered("aN=1\n"), ""),
		"tables":         grown(maxConfig, "", numbered("[aN]\n"), ""),
		"arrays":         grown(maxConfig, "", numbered("[[aN]]\n"), ""),
		"a runner's":     grown(maxConfig, "[[runners]]\n", numbered("aN=1\n"), ""),
		"beside runners": grown(maxConfig, "", numbered("[aN]\n[[runners]]\n"), ""),
		"below runners":  grown(maxConfig, "[[runners]]\n", numbered("[[runners.x]]\n[runners.aN]\n"), ""),
		"dotted":         grown(maxConfig, "", numbered("a.bN.c=1\n"), ""),
		"in a table":     grown(maxConfig, "a={", numbered("aN=1,"), "x=1}\n"),
		"in an array":    grown(maxConfig, "a=[", numbered("[],"), "]\n"),
	} {
		start := time.Now()
		_, err := ParseConfig(text)
		if took := time.Since(start); took > soon {
			t.Errorf("%s: %v", name, took)
		}
		if got := new(ConfigError); !errors.As(err, &got) || *got != (ConfigError{Reason: "it has too many keys"}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestParseConfigOfMany: what is turned down is far above what there is.
func TestParseConfigOfMany(t *testing.T) {
	text := grown(maxConfig/2, "", func(i int) string {
		one := fmt.Sprintf("[[runners]]\nname = 'runner %d'\nenvironment = ['DOCKER_AUTH_CONFIG=x']\n", i)
		for k := range 60 {
			one += fmt.Sprintf("[runners.x%d]\ny = 1\n", k)
		}
		return one
	}, "")
	config, err := ParseConfig(text)
	if err != nil || len(config.Runners) < 1000 || config.Runners[999].Name != "runner 999" {
		t.Errorf("%d runners, %v", len(config.Runners), err)
	}
}
