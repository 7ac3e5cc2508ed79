// Package gitlabtest is a stand-in for GitLab, for tests.
//
// It answers at the paths where registry clients and this program ask, with GitLab's status codes, members and texts,
// and it tells afterwards what it was asked. A real docker-registry accepts the tokens it issues. Each rule names its
// source in GitLab ("gl:" is gitlabhq/gitlabhq): the registry sign-in follows gl:app/controllers/jwt_controller.rb and
// gl:app/services/auth/container_registry_authentication_service.rb, the token's own page and its revocation
// gl:lib/api/personal_access_tokens/self_information.rb with the refusals of gl:lib/api/api_guard.rb, its rotation
// gl:app/services/personal_access_tokens/rotate_service.rb, the dependency proxy
// gl:app/controllers/concerns/dependency_proxy/auth.rb, and job tokens gl:lib/ci/job_token/jwt.rb.
//
// What it leaves out: every project is private, no user has a second factor, all have one id, and a registry token says
// nothing of the user beyond the name. The dependency proxy's token is GitLab's in name only: there it is signed with a
// secret, and has the personal access token in it, for everybody to read.
package gitlabtest
