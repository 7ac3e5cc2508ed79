// Package gitlab asks GitLab what it thinks of a credential.
//
// The question is asked once, when a credential is about to be kept, in three steps. The registry's own challenge at
// /v2/ names the GitLab behind it. That GitLab's API says of a personal access token what it is called, what it may do
// and when it dies. And GitLab's registry sign-in, the one that `docker login` uses, says whether the credential opens
// the registry at all; it alone answers for deploy tokens and passwords, which have no API. judge puts the two answers
// together, and is the place to read first.
//
// A credential on its way to a server is easily lost, so the package is strict: it speaks https, and plain http to
// this machine alone; it follows no redirect; it asks each endpoint at most once, because GitLab counts failed attempts
// and bans the address; and nothing a server says comes out of here unless the credential is removed from it.
package gitlab
