// Package gitlabrunner knows what this program has to know of the gitlab-runner on this machine: as whom it runs, how
// its service is set up, and by which of two sets of rules its version looks for credentials.
package gitlabrunner

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/coreos/go-systemd/v22/unit"
)

// unitName is what `gitlab-runner install` and GitLab's packages call the service.
const unitName = "gitlab-runner.service"

// ErrNoService means that systemd knows of no gitlab-runner here.
var ErrNoService = errors.New("no " + unitName + " was found")

// Service is how systemd starts gitlab-runner.
type Service struct {
	User        string            // "root" where the unit names nobody
	Environment map[string]string // what the unit and its drop-ins set
	Command     []string          // what it runs, with its arguments
	DropIn      string            // the text of this program's own drop-in; "" for none
}

// unitDirs are where units stand, the first that has one counts (systemd.unit(5)).
var unitDirs = []string{
	"etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system",
	"lib/systemd/system",
}

// FindService reads the unit and its drop-ins below root, which is the machine's "/". It returns ErrNoService where
// there is none.
func FindService(root fs.FS) (Service, error) {
	s := Service{User: "root", Environment: make(map[string]string)}
	for _, dir := range unitDirs {
		text, err := fs.ReadFile(root, path.Join(dir, unitName))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Service{}, err
		}
		if err := s.add(string(text)); err != nil {
			return Service{}, err
		}
		if err := s.addDropIns(root); err != nil {
			return Service{}, err
		}
		return s, nil
	}
	return Service{}, ErrNoService
}

// addDropIns reads what changes the unit: files of any directory, in the order of their names; of two with one name
// that of the first directory counts.
func (s *Service) addDropIns(root fs.FS) error {
	texts := make(map[string]string)
	var names []string
	for _, dir := range unitDirs {
		found, err := fs.Glob(root, path.Join(dir, unitName+".d", "*.conf"))
		if err != nil {
			return err
		}
		for _, file := range found {
			if _, known := texts[path.Base(file)]; known {
				continue
			}
			text, err := fs.ReadFile(root, file)
			if err != nil {
				return err
			}
			texts[path.Base(file)] = string(text)
			names = append(names, path.Base(file))
		}
	}
	s.DropIn = texts[path.Base(DropInPath)]
	slices.Sort(names)
	for _, name := range names {
		if err := s.add(texts[name]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) add(text string) error {
	options, err := unit.DeserializeOptions(strings.NewReader(text))
	if err != nil {
		return err
	}
	for _, o := range options {
		switch {
		case o.Section != "Service":
		case o.Name == "User" && o.Value == "":
			s.User = "root"
		case o.Name == "User":
			s.User = o.Value
		case o.Name == "ExecStart":
			s.Command = words(o.Value)
		case o.Name == "Environment" && o.Value == "":
			clear(s.Environment)
		case o.Name == "Environment":
			for _, word := range words(o.Value) {
				if name, value, ok := strings.Cut(word, "="); ok {
					s.Environment[name] = value
				}
			}
		}
	}
	return nil
}
