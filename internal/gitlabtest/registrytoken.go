package gitlabtest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// registryTokenLife is GitLab's own default, container_registry_token_expire_delay.
const registryTokenLife = 5 * time.Minute

// access is one entry of a registry token's "access" claim (distribution's token specification).
type access struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Actions []string `json:"actions"`
}

// registryClaims are what docker-registry reads. "aud" is a string there: distribution 2.8 knows no list.
type registryClaims struct {
	ID        string           `json:"jti"`
	Issuer    string           `json:"iss"`
	Subject   string           `json:"sub,omitempty"`
	Audience  string           `json:"aud"`
	IssuedAt  *jwt.NumericDate `json:"iat"`
	NotBefore *jwt.NumericDate `json:"nbf"`
	ExpiresAt *jwt.NumericDate `json:"exp"`
	Access    []access         `json:"access"`
}

func (c registryClaims) GetIssuer() (string, error)  { return c.Issuer, nil }
func (c registryClaims) GetSubject() (string, error) { return c.Subject, nil }
func (c registryClaims) GetAudience() (jwt.ClaimStrings, error) {
	return jwt.ClaimStrings{c.Audience}, nil
}
func (c registryClaims) GetIssuedAt() (*jwt.NumericDate, error)       { return c.IssuedAt, nil }
func (c registryClaims) GetNotBefore() (*jwt.NumericDate, error)      { return c.NotBefore, nil }
func (c registryClaims) GetExpirationTime() (*jwt.NumericDate, error) { return c.ExpiresAt, nil }

// registryToken returns a signed token for service with the rights granted.
func (g *GitLab) registryToken(service string, t *Token, granted []access) (string, error) {
	now := time.Now()
	claims := registryClaims{
		ID: randomID(), Issuer: g.issuer, Audience: service, Access: granted,
		IssuedAt:  jwt.NewNumericDate(now),
		NotBefore: jwt.NewNumericDate(now.Add(-5 * time.Second)),
		ExpiresAt: jwt.NewNumericDate(now.Add(registryTokenLife)),
	}
	// A deploy token is no user (gl:lib/gitlab/auth/result.rb, auth_user), and the proxy's tokens have no subject.
	if t.Kind != DeployToken && service == containerRegistry {
		claims.Subject = t.Username
	}
	return g.signer.sign(claims)
}

// CertBundle returns the certificate of the key that signs registry tokens, in PEM: what docker-registry wants as
// auth.token.rootcertbundle.
func (g *GitLab) CertBundle() []byte { return slices.Clone(g.signer.certPEM) }

// VerifyRegistryToken does what docker-registry does with the token that a client shows it: nil means that action
// ("pull", "push") is allowed in repository. With an empty repository the token itself is all that is looked at.
func (g *GitLab) VerifyRegistryToken(bearer, repository, action string) error {
	return g.verify(bearer, containerRegistry, repository, action)
}

func (g *GitLab) verify(bearer, service, repository, action string) error {
	var claims registryClaims
	_, err := jwt.ParseWithClaims(bearer, &claims,
		func(*jwt.Token) (any, error) { return &g.signer.key.PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(g.issuer), jwt.WithAudience(service),
		jwt.WithExpirationRequired())
	if err != nil {
		return fmt.Errorf("the registry token is not good: %w", err)
	}
	if repository == "" || service == dependencyProxy { // The proxy's tokens name no repositories.
		return nil
	}
	for _, a := range claims.Access {
		if a.Type == "repository" && a.Name == repository && slices.Contains(a.Actions, action) {
			return nil
		}
	}
	return errors.New("the registry token does not allow " + action + " in " + repository)
}
