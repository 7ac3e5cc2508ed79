package gitlab

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type params = map[string]string

func TestParseChallenges(t *testing.T) {
	t.Parallel()
	const url = "https://gitlab.example.com/jwt/auth"
	gitlab := challenge{"bearer", params{"realm": url, "service": "container_registry"}}
	basic := challenge{"basic", params{"realm": "GitLab, and more"}}
	for _, tc := range []struct {
		headers []string
		want    []challenge
	}{
		{[]string{`Bearer realm="` + url + `",service="container_registry"`}, []challenge{gitlab}},
		{[]string{`BEARER Realm="` + url + `" , SERVICE=container_registry`}, []challenge{gitlab}},
		{[]string{`bearer	realm = "` + url + `", service	=	"container_registry",`}, []challenge{gitlab}},
		{[]string{`Basic realm="GitLab, and more", Bearer realm="` + url + `",service="container_registry"`},
			[]challenge{basic, gitlab}},
		{[]string{`Basic realm="GitLab, and more"`, `Bearer realm="` + url + `",service="container_registry"`},
			[]challenge{basic, gitlab}},
		{[]string{`Negotiate, Bearer realm="` + url + `",service="container_registry"`},
			[]challenge{{"negotiate", params{}}, gitlab}},
		{[]string{`Negotiate a87421000492aa/74209==, Bearer realm="` + url + `",service="container_registry"`},
			[]challenge{{"negotiate", params{}}, gitlab}},
		{[]string{`, ,Bearer realm="",service=x`}, []challenge{{"bearer", params{"realm": "", "service": "x"}}}},
		{[]string{`Bearer realm="a \"quoted\" \\ word"`}, []challenge{{"bearer", params{"realm": `a "quoted" \ word`}}}},
		{[]string{`Bearer`}, []challenge{{"bearer", params{}}}},
		{[]string{`AZaz-09 azAZ09~!=azAZ09`}, []challenge{{"azaz-09", params{"azaz09~!": "azAZ09"}}}},
		{[]string{``, ` `, `,`}, nil},
		// What makes no sense, and what goes before it.
		{[]string{`Bearer realm="` + url}, nil},
		{[]string{`Bearer realm="` + url + `\`}, nil},
		{[]string{`Bearer realm=`}, []challenge{{"bearer", params{}}}}, // As a token68, "realm=" is good grammar.
		{[]string{`Bearer realm=,service=x`}, nil},
		{[]string{`realm="` + url + `"`}, nil},
		{[]string{`Bearer realm="a" service="b"`}, nil},
		{[]string{`Bearer realm="a", realm="b"`}, nil},
		{[]string{`Bearer realm="a", REALM="b"`}, nil},
		{[]string{`Bearer Basic realm="a"`}, nil},
		{[]string{`Bearer realm="a"; service="b"`}, nil},
		{[]string{`Basic realm="GitLab, and more", "Bearer"`}, nil},
		{[]string{`Basic realm="GitLab, and more", Bearer realm="` + url}, []challenge{basic}},
	} {
		got := parseChallenges(tc.headers)
		if !slices.EqualFunc(got, tc.want, func(a, b challenge) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("%q:\n got %v\nwant %v", tc.headers, got, tc.want)
		}
	}
}

// FuzzChallenge holds against any header: what was read can be written and read again, and is the same; and no realm
// is taken for a GitLab that a credential must not be sent to.
func FuzzChallenge(f *testing.F) {
	for _, seed := range []string{
		`Bearer realm="https://gitlab.example.com/jwt/auth",service="container_registry"`,
		`Basic realm="a", Bearer realm="https://u:p@h/jwt/auth",service=dependency_proxy`,
		`Negotiate abc==, Bearer realm="http://127.0.0.1/x/jwt/auth",service="container_registry"`,
		`Bearer realm="https://[::1]:5000/%2e%2e/jwt/auth",service="container_registry"`,
		`Bearer realm="a\"b`, `a=b`, `,,,`, "\x00", `Bearer realm="https:///jwt/auth"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		all := parseChallenges([]string{value})
		if again := parseChallenges([]string{write(all)}); len(all) > 0 && !reflect.DeepEqual(all, again) {
			t.Errorf("%q: %v, then %v", value, all, again)
		}
		at, otherwise := readChallenges(hostOf(t, "registry.example.com"), all, nil)
		if (at == instance{}) == (otherwise == "") {
			t.Errorf("%q: %+v, %q", value, at, otherwise)
		}
		if len(at.base) > maxRealm || len(otherwise) > 2<<10 {
			t.Errorf("%q: %d and %d bytes", value, len(at.base), len(otherwise))
		}
		if at.base != "" && (!strings.HasPrefix(at.base, "https://") || strings.ContainsAny(at.base, "@?#\\ ") ||
			strings.HasSuffix(at.base, "/")) {
			t.Errorf("%q: base %q", value, at.base)
		}
	})
}

// write writes challenges as a header, with every value quoted.
func write(all []challenge) string {
	var parts []string
	for _, ch := range all {
		first := ch.scheme + " "
		for name, value := range ch.params {
			value = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value)
			parts = append(parts, fmt.Sprintf(`%s%s="%s"`, first, name, value))
			first = ""
		}
		if len(ch.params) == 0 {
			parts = append(parts, ch.scheme)
		}
	}
	return strings.Join(parts, ", ")
}
