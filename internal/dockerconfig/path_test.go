package dockerconfig

import (
	"errors"
	"os/user"
	"path/filepath"
	"runtime"
	"testing"
)

func TestPath(t *testing.T) {
	home := "HOME"
	if runtime.GOOS == "windows" {
		home = "USERPROFILE"
	}
	for _, tt := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"home", map[string]string{home: "/h"}, filepath.Join("/h", ".docker", "config.json")},
		{"DOCKER_CONFIG", map[string]string{"DOCKER_CONFIG": "/d", home: "/h"}, filepath.Join("/d", "config.json")},
		{"without a home", map[string]string{"DOCKER_CONFIG": "d/"}, filepath.Join("d", "config.json")},
	} {
		if got, err := Path(func(name string) string { return tt.env[name] }); got != tt.want || err != nil {
			t.Errorf("%s: got %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}

	// A job may run without HOME. Docker then asks the system for the account's.
	want, wantErr := "", ErrNoHome
	if account, err := user.Current(); err == nil && account.HomeDir != "" {
		want, wantErr = Home(account.HomeDir), nil
	}
	if got, err := Path(func(string) string { return "" }); got != want || !errors.Is(err, wantErr) {
		t.Errorf("without an environment: got %q, %v; want %q, %v", got, err, want, wantErr)
	}
}
