package gitlabtest_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// registryToken signs in with secret for scopes.
func registryToken(t *testing.T, url, secret string, scopes ...string) string {
	t.Helper()
	address := url + signIn
	for _, scope := range scopes {
		address += "&scope=" + scope
	}
	answer := ask(t, http.MethodGet, address, basic("jane", secret))
	token, ok := answer.json["token"].(string)
	if !ok {
		t.Fatalf("%d %s", answer.status, answer.body)
	}
	return token
}

// TestRegistryTokenAsTheRegistryReadsIt verifies a token as distribution 2.8 does: by the certificate in its header,
// which has to lead to the bundle.
func TestRegistryTokenAsTheRegistryReadsIt(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Username: "jane", Scopes: []string{"api"}})
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(g.CertBundle()) {
		t.Fatal("the bundle has no certificate")
	}
	claims := jwt.MapClaims{}
	token, err := jwt.ParseWithClaims(registryToken(t, url, "pat", "repository:g/p:pull,push"), claims,
		func(token *jwt.Token) (any, error) {
			chain, _ := token.Header["x5c"].([]any)
			encoded, _ := chain[0].(string)
			der, err := base64.StdEncoding.DecodeString(encoded)
			if err != nil {
				return nil, err
			}
			leaf, err := x509.ParseCertificate(der)
			if err != nil {
				return nil, err
			}
			_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
			return leaf.PublicKey, err
		}, jwt.WithValidMethods([]string{"RS256"}))
	if err != nil || token.Header["typ"] != "JWT" {
		t.Fatalf("%v, header %v", err, token.Header)
	}
	if claims["iss"] != issuer || claims["aud"] != "container_registry" || claims["sub"] != "jane" || claims["jti"] == "" {
		t.Errorf("claims: %v", claims)
	}
	iat, _ := claims["iat"].(float64)
	nbf, _ := claims["nbf"].(float64)
	exp, _ := claims["exp"].(float64)
	if iat-nbf != 5 || exp-iat != (5*time.Minute).Seconds() {
		t.Errorf("iat %v, nbf %v, exp %v", iat, nbf, exp)
	}
	if block, rest := pem.Decode(g.CertBundle()); block == nil || block.Type != "CERTIFICATE" || len(rest) != 0 {
		t.Error("the bundle is not one certificate")
	}
}

func TestRegistryTokenRights(t *testing.T) {
	t.Parallel()
	g, url := started(t,
		gitlabtest.Token{Secret: "read", Scopes: []string{"read_registry"}, Projects: []string{"g/p"}},
		gitlabtest.Token{Secret: "job", Kind: gitlabtest.PAT, Scopes: []string{"api"}},
		gitlabtest.Token{
			Secret: "deploy", Kind: gitlabtest.DeployToken, Username: "jane", Scopes: []string{"write_registry"},
		},
	)
	for _, tc := range []struct {
		secret, scope, repository, action string
		want                              bool
	}{
		{"read", "repository:g/p:pull,push", "g/p", "pull", true},
		{"read", "repository:g/p:pull,push", "g/p", "push", false},
		{"read", "repository:g/p/image:pull", "g/p/image", "pull", true},
		{"read", "repository:g/p2:pull", "g/p2", "pull", false},
		{"read", "repository:g/p:pull", "g/p/image", "pull", false},
		{"job", "repository:any:pull,push", "any", "push", true},
		{"job", "registry:catalog:*", "catalog", "*", false},
		{"deploy", "repository:g/p:pull,push", "g/p", "push", true},
		{"deploy", "repository:g/p:pull,push", "g/p", "pull", false},
		{"read", "repository:other:pull&scope=repository:g/p:pull", "g/p", "pull", true},
		{"read", "repository:other:pull%20repository:g/p:pull", "g/p", "pull", true},
	} {
		err := g.VerifyRegistryToken(registryToken(t, url, tc.secret, tc.scope), tc.repository, tc.action)
		if (err == nil) != tc.want {
			t.Errorf("%s for %s: %s in %s: %v", tc.secret, tc.scope, tc.action, tc.repository, err)
		}
	}
}

// TestNothingGrantedLeavesNoTrace: GitLab leaves a repository out whole, where nothing is allowed in it.
func TestNothingGrantedLeavesNoTrace(t *testing.T) {
	t.Parallel()
	_, url := started(t, gitlabtest.Token{Secret: "read", Scopes: []string{"read_registry"}})
	for scope, want := range map[string]int{"repository:g/p:push": 0, "repository:g/p:pull": 1} {
		claims := jwt.MapClaims{}
		if _, _, err := jwt.NewParser().ParseUnverified(registryToken(t, url, "read", scope), claims); err != nil {
			t.Fatal(err)
		}
		if access, ok := claims["access"].([]any); !ok || len(access) != want {
			t.Errorf("%s: %v", scope, claims["access"])
		}
	}
}

func TestForeignRegistryTokens(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}})
	other, err := gitlabtest.New("another issuer")
	if err != nil {
		t.Fatal(err)
	}
	good := registryToken(t, url, "pat")
	if err := g.VerifyRegistryToken(good, "", ""); err != nil {
		t.Errorf("its own: %v", err)
	}
	if err := other.VerifyRegistryToken(good, "", ""); err == nil {
		t.Error("another issuer's was accepted")
	}
	proxy := ask(t, http.MethodGet, url+"/jwt/auth?service=dependency_proxy", basic("x", "pat")).json["token"].(string)
	if err := g.VerifyRegistryToken(proxy, "", ""); err == nil {
		t.Error("the dependency proxy's was accepted")
	}
	if err := g.VerifyRegistryToken("", "", ""); err == nil {
		t.Error("none was accepted")
	}
}
