// Package keyring is where tokens rest between jobs.
//
// It has two halves. The catalogue is a small file without secrets that says which hosts are kept, in which vault and
// until when; it answers most questions without any keyring call, and it is the only thing that can be listed. A Vault
// has the secrets, one opaque record a host: the operating system's own keyring (go-keyring), or any other
// docker-credential-* program.
//
// Keyring puts the two together as credentials.Keeper. It writes the vault first, reads it back, and then the
// catalogue, under a lock that all processes of the user share; when the second write fails the first is undone.
//
// Keyrings hang, lock themselves and vanish. Every call to a vault therefore has a deadline (Deadline), nothing here
// ever starts a bus or a daemon or waits for a prompt, and each way to fail has an error of its own.
package keyring
