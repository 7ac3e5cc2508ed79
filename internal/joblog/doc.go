// Package joblog reads the log of a GitLab CI job and finds in it the pull, push, login or build that a registry has
// refused: which image, whose refusal in which words, and what gitlab-runner has said of itself before.
//
// A log is what a person has at hand when a job is red: as GitLab keeps it (with its time stamps, section marks and
// colours), or copied from a browser. Everybody's programs write to it, and anything may stand in it, so nothing of it
// is trusted: it is read as a stream in bounded memory, and what is returned has passed a check of its characters and
// has lost what looks like a token.
package joblog
