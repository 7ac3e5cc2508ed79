// Package clients knows how each client of a registry chooses the credential it goes there with: Docker's CLI,
// BuildKit, gitlab-runner, podman and its kin, crane and its kin, oras. It is pure: it is given the text of every file
// that a client would read, and a way to ask credential helpers, and says which credential wins, where that stands, and
// which others it hides.
//
// What it says is no opinion. Each client's rules stand in one small file, which cites the client's source, and are
// held against that client's own code on thousands of random configurations (module e2e, differential_*_test.go), and
// gitlab-runner's against what its real resolvers have answered (testdata).
package clients
