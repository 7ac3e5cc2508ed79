// Package system tests the helper between the real parts it stands between: Docker's command line, the Docker Engine
// with both of its builders, skopeo, buildah and crane on one side; docker-registry, whose sign-in is a stand-in for
// GitLab, and a Secret Service, or pass, on the other. Nothing leaves the loopback interface.
//
// The program for Windows runs under Wine (wine_test.go), on the real functions of its credential manager and of its
// file system. There is no docker.exe to be had, so those tests speak the protocol as Docker does.
//
// `make e2e` installs the Debian packages in packages.txt and runs it, as root, because the engine wants that. TestMain
// starts what all tests share (lab_test.go) and ends it by process id. Each test works from accounts of its own
// (account_test.go): a home, an environment, and the helper behind a wrapper that notes how it was called.
//
// Every secret used here is watched (canary_test.go): once all tests are done, none of them may be found in what any
// program wrote, save where a test planted it.
package system
