package joblog

import (
	"strings"
	"testing"
)

// What is called a secret is taken out in each form in which logs have it, to its end, and what stands around it stays.
func TestWordOfWhatIsCalledASecret(t *testing.T) {
	const secret = "hunter2-dTpodW50ZXI="
	for _, text := range []string{
		// headers, as they travel, and as Go, JSON and Python print them
		`Authorization: Basic § !`, `authorization: Bearer § !`, `Proxy-Authorization: Basic § !`, `Authorization: § !`,
		`map[Authorization:[Basic §] Accept:[a]]`, `{"Authorization": "Basic §"}`, `{"Authorization":["Basic §"]}`,
		`X-Registry-Auth: § !`, `X-Registry-Auth:[§] !`, `PRIVATE-TOKEN: § !`, `Job-Token:[§] !`, `sent Basic § !`,
		// members of objects
		`{"auth":"§"}`, `{"auth": "§", "a": 1}`, `{\"auth\":\"§\"}`, `{\\\"auth\\\":\\\"§\\\"}`, `{'auth': '§'}`,
		`{"Username":"bob","Secret":"§"}`, `{"password":"a\"§"}`, `{"password":"it's§"}`, `{\"password\":\"a\\\"§\"}`, `{"identitytoken":"§"}`,
		`{Username:bob Password:§ Auth:}`, `&{Password:"§"}`, `{password: §}`, `password: §`, `x password: "§"`,
		// parameters and variables
		`GET /jwt/auth?account=u&password=§&a=b`, `?private_token=§`, `?api2key=§`, `?client_secret=§`, `?token_v2=§`,
		`?account=u&password=a'§`, `CI_REGISTRY_PASSWORD=§ x`, `password="§" x`, `password='§' x`, `PASS=§`, `?auth=§`,
		// flags
		`login --password § x`, `login --password=§ x`, `--password §`, `login --password "two §" x`, `login --password='§' x`,
		`login -p § x`, `login -p "§" x`, `login -p '§' x`, `login -p§ x`, `login -p=§ x`, `login --password hun'§`,
		`copy --src-creds u:§ x`, `copy --dest-registry-token=§ x`, `login --token § x`, `curl -u u:§ x`, `curl --user "u:§" x`,
	} {
		got := word(strings.ReplaceAll(text, "§", secret))
		if strings.Contains(got, "hunter2") || strings.Contains(got, "dTpo") || !strings.Contains(got, redacted) {
			t.Errorf("%s: %s", text, got)
		}
		before, after, _ := strings.Cut(text, "§")
		if !strings.HasPrefix(got, before[:1]) || !strings.HasSuffix(got, strings.TrimLeft(after, `"'}`)) {
			t.Errorf("%s: more than the secret is gone: %s", text, got)
		}
		if got := refusalWord("denied: " + strings.ReplaceAll(text, "§", secret)); strings.Contains(got, "hunter2") ||
			strings.Contains(got, "dTpo") {
			t.Errorf("%s, of a refusal: %s", text, got)
		}
	}
}

// Words of refusals, and names of images, are no secrets.
func TestWordOfNoSecret(t *testing.T) {
	for _, text := range []string{
		"unauthorized: HTTP Basic: Access denied. The provided password or token is incorrect or your account has 2FA enabled",
		"unauthorized: incorrect username or password", "invalid username/password: unauthorized: no",
		"unable to retrieve auth token: invalid", "requesting bearer token: invalid status code from registry 403 (Forbidden)",
		"failed to fetch oauth token: unexpected status from POST request", "insufficient_scope: authorization failed",
		"docker login --password-stdin x", "login --username bob x", "basic authentication.", `Bearer realm="https://gitlab.com/jwt/auth"`,
		"GET /jwt/auth?scope=repository:group/token:pull&service=container_registry", "denied: 12_monkeys and 9_lives",
	} {
		if got := word(text); got != text {
			t.Errorf("%s: %s", text, got)
		}
	}
	for _, image := range []string{
		"r.example.com/g/auth:1", "r.example.com/g/secret:1.2", "r.example.com/g/my-token:latest", "r.example.com/password:1",
		"r.example.com/job-token:1", "r.example.com/g/authorization:2", "r.example.com/64_x:1", "a/key:1",
	} {
		if got := checked(image); got != image {
			t.Errorf("%s: %q", image, got)
		}
	}
}

// A job token of the old kind is one wherever it ends, and no name of an image.
func TestWordOfAnOldJobToken(t *testing.T) {
	for text, want := range map[string]string{
		"was 64_abcdefghij0123456789, it was":                     "was [redacted], it was",
		"64_abcdefghij012345678- 1_-bcdefghij012345678_":          "[redacted] [redacted]",
		"12345_abcdefghij0123456789.":                             "[redacted].",
		"x/64_abcdefghij012345678-:1":                             "x/[redacted]:1",
		"64_abcdefghij01234567890 64_abcdefghij 64x_abcdefghij01": "64_abcdefghij01234567890 64_abcdefghij 64x_abcdefghij01",
	} {
		if got := word(text); got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
	for _, name := range []string{"64_abcdefghij0123456789", "r.example.com/g/64_abcdefghij012345678-:1", "r.example.com/x:64_abcdefghij0123456789"} {
		if got := checked(name); got != "" {
			t.Errorf("%q is an image", got)
		}
	}
}
