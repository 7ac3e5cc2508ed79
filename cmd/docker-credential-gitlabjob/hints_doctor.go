package main

import (
	"errors"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/joblog"
)

// doctorHints says what to do where doctor could not do its work; nil for another error.
func doctorHints(err error) []string {
	const named = "name the image, as in: docker-credential-gitlabjob doctor registry.gitlab.com/group/project"
	switch {
	case errors.Is(err, errUnmended):
		return []string{"run again with --yes"}
	case errors.Is(err, doctor.ErrNotRoot):
		return []string{"run it as root, or as that user"}
	case errors.Is(err, doctor.ErrNoUser):
		return []string{"see: getent passwd"}
	case errors.Is(err, joblog.ErrNoRefusal):
		return []string{"give it the whole log, as the job's page shows it under \"complete raw\"", named}
	case errors.Is(err, errNoLogImage), errors.Is(err, errNoImage):
		return []string{named}
	case errors.As(err, new(*gitlabrunner.ConfigError)):
		return []string{"mend it by hand: nothing was changed"}
	}
	return nil
}
