// Package credentials decides which credential answers for which registry, now.
//
// It is the policy of docker-credential-gitlabjob and nothing else: a host is read in one way only (ParseHost), a CI
// job's token goes to that job's own hosts and to no other (Job), a kept token is good until an instant that is known
// or until nobody has verified it for too long (Life), and Helper puts these together as the four verbs of Docker's
// credential-helper protocol.
//
// The package is pure. It opens no file and no connection, starts no process and reads no clock: the environment comes
// in as a function, the time as a value, the keyring and GitLab as the interfaces Keeper and Inspector.
package credentials
