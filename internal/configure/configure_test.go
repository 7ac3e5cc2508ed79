package configure

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

func hostOf(t *testing.T, raw string) credentials.Host {
	t.Helper()
	h, err := credentials.ParseHost(raw)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func mustParse(t *testing.T, text string) *dockerconfig.File {
	t.Helper()
	f, err := dockerconfig.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

// byName rules by an entry's username, so that a test says in the file what becomes of an entry.
func byName(e dockerconfig.Entry) credentials.Ruling {
	if e.Username == "stays" {
		return credentials.Ruling{Fate: credentials.Stays, Err: errors.New("it is of use")}
	}
	return credentials.Ruling{Fate: credentials.Fate(e.Username)}
}

// keys returns the keys of p with what was ruled: "h=goes".
func keys(p []Plaintext) (found []string) {
	for _, p := range p {
		found = append(found, p.Entry.Key+"="+string(p.Ruling.Fate))
	}
	return found
}

// words reads a list of a test's table.
func words(s string) []string { return strings.Fields(s) }

func TestApply(t *testing.T) {
	for _, tt := range []struct {
		name         string
		wish         Wish // for h
		before, want string
		set, unset   string
		gone, stays  string
		other        string
		marks        bool
	}{
		{name: "a new file", before: "",
			want: "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"h\": \"gitlabjob\"\n\t}\n}", set: "h"},
		{name: "what goes and what moves", before: `{"auths": {"h": GOES, "x": GOES, "h/v2/": MOVES}}`,
			want: `{"auths": {"x": GOES}, "credHelpers": {"h": "gitlabjob"}}`, set: "h", gone: "h=goes h/v2/=moves"},
		{name: "what stays", before: `{"auths": {"h": STAYS, "https://h/": GOES}}`,
			want: `{"auths": {"h": STAYS}, "credHelpers": {"h": "gitlabjob"}}`, set: "h", gone: "https://h/=goes", stays: "h=stays"},
		{name: "what stays, by force", wish: Wish{Force: true}, before: `{"auths": {"h": STAYS}}`,
			want: `{"auths": {}, "credHelpers": {"h": "gitlabjob"}}`, set: "h", gone: "h=stays"},
		{name: "every spelling", wish: Wish{Spellings: []string{"h", "H:443"}}, before: `{"auths": {"HTTPS://H/v1/": GOES, "h/g": GOES}}`,
			want: `{"auths": {}, "credHelpers": {"H": "gitlabjob", "H:443": "gitlabjob", "h": "gitlabjob"}}`,
			set:  "h H:443 H", gone: "HTTPS://H/v1/=goes h/g=goes"},
		{name: "it is so", before: `{"auths": {"h": {}}, "credHelpers": {"h": "gitlabjob"}}`,
			want: `{"auths": {"h": {}}, "credHelpers": {"h": "gitlabjob"}}`},
		{name: "another helper", before: `{"auths": {"h": GOES}, "credHelpers": {"h": "pass"}}`,
			want: `{"auths": {"h": GOES}, "credHelpers": {"h": "pass"}}`, other: "h=pass"},
		{name: "another helper under another spelling", before: `{"credHelpers": {"h": "gitlabjob", "https://H:443": "pass"}}`,
			want: `{"credHelpers": {"h": "gitlabjob", "https://H:443": "pass"}}`, other: "https://H:443=pass"},
		{name: "another helper, and the entry is to go", wish: Wish{Without: true}, before: `{"credHelpers": {"h": "gitlabjob", "H": "pass"}}`,
			want: `{"credHelpers": {"h": "gitlabjob", "H": "pass"}}`, other: "H=pass"},
		{name: "another helper, by force", wish: Wish{Force: true}, before: `{"credHelpers": {"x": "y", "H:443": "pass"}}`,
			want: `{"credHelpers": {"x": "y", "H:443": "gitlabjob", "h": "gitlabjob"}}`, set: "h H:443"},
		{name: "another registry's helper", before: `{"credHelpers": {"x": "y"}}`,
			want: `{"credHelpers": {"h": "gitlabjob", "x": "y"}}`, set: "h"},
		{name: "plaintext by decree", before: `{"credHelpers": {"h:443": "", "H": null}, "credsStore": "x"}`,
			want: `{"credHelpers": {"h:443": "gitlabjob", "H": "gitlabjob", "h": "gitlabjob"}, "credsStore": "x"}`, set: "h h:443 H"},
		{name: "hold", wish: Wish{Hold: true}, before: `{"auths": {"h": GOES, "h/": STAYS}, "credsStore": "x"}`,
			want: `{"auths": {"h/": STAYS}, "credsStore": "x"}`, gone: "h=goes", stays: "h/=stays"},
		{name: "marks", before: `{"auths": {"h": {}, "H": null}}`,
			want: `{"auths": {"h": {}, "H": null}, "credHelpers": {"H": "gitlabjob", "h": "gitlabjob"}}`, set: "h H"},
		{name: "marks for a runner", wish: Wish{Runner: true}, before: `{"auths": {"h": {}, "H/v2/": null, "x": {}}}`,
			want: `{"auths": {"x": {}}, "credHelpers": {"H": "gitlabjob", "h": "gitlabjob"}}`, set: "h H", marks: true},
		{name: "no marks for a runner", wish: Wish{Runner: true}, before: `{"auths": {"x": {}, "h": GOES}}`,
			want: `{"auths": {"x": {}}, "credHelpers": {"h": "gitlabjob"}}`, set: "h", gone: "h=goes"},
		{name: "without", wish: Wish{Without: true, Spellings: []string{"h:443"}},
			before: `{"auths": {"h": GOES}, "credHelpers": {"h": "gitlabjob", "H:443": "gitlabjob", "x": "gitlabjob"}}`,
			want:   `{"auths": {}, "credHelpers": {"x": "gitlabjob"}}`, unset: "h H:443", gone: "h=goes"},
		{name: "without, and there is none", wish: Wish{Without: true}, before: `{"auths": {}}`, want: `{"auths": {}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fill := strings.NewReplacer( // base64 of "goes:x" and so on
				"GOES", `{"auth": "Z29lczp4"}`, "MOVES", `{"auth": "bW92ZXM6eA=="}`, "STAYS", `{"auth": "c3RheXM6eA=="}`)
			before, want := fill.Replace(tt.before), fill.Replace(tt.want)
			tt.wish.Host = hostOf(t, "h")
			f := mustParse(t, before)
			out := Apply(f, tt.wish, byName)
			if got := string(f.Bytes()); got != want || f.Changed() != (before != want) {
				t.Errorf("%s\nbecame %s\nwant   %s", before, got, want)
			}
			if !slices.Equal(out.Set, words(tt.set)) || !slices.Equal(out.Unset, words(tt.unset)) {
				t.Errorf("set %q and unset %q, want %q and %q", out.Set, out.Unset, tt.set, tt.unset)
			}
			if !slices.Equal(keys(out.Gone), words(tt.gone)) || !slices.Equal(keys(out.Stays), words(tt.stays)) {
				t.Errorf("gone are %q and %q stays, want %q and %q", keys(out.Gone), keys(out.Stays), tt.gone, tt.stays)
			}
			if other := out.Other.Key + "=" + out.Other.Name; other != tt.other && other != tt.other+"=" {
				t.Errorf("the other helper is %s, want %s", other, tt.other)
			}
			if out.Host != tt.wish.Host || out.Markers != tt.marks {
				t.Errorf("the outcome is for %s, with marks gone: %v", out.Host, out.Markers)
			}
			if want == "" {
				return
			}

			// The second time there is nothing left to do, but to say what stays.
			again := mustParse(t, want)
			second := Apply(again, tt.wish, byName)
			if again.Changed() || len(second.Set)+len(second.Unset)+len(second.Gone) > 0 || second.Markers {
				t.Errorf("the second time: %+v, %s", second, again.Bytes())
			}
			if !slices.Equal(keys(second.Stays), keys(out.Stays)) || second.Other != out.Other {
				t.Errorf("the second time %q stays, and the other is %v", keys(second.Stays), second.Other)
			}
		})
	}
}

// TestApplyAsksOnce: a ruling may cost a question to GitLab, so none is asked for in vain.
func TestApplyAsksOnce(t *testing.T) {
	text := `{"auths": {"h": {"username": "a"}, "x": {"username": "b"}, "H": {}, "h/g": {"username": "c"}}, "credHelpers": {"y": "pass"}}`
	for host, want := range map[string]string{"h": "h h/g", "x": "x", "y": "", "z": ""} {
		var asked []string
		Apply(mustParse(t, text), Wish{Host: hostOf(t, host)}, func(e dockerconfig.Entry) credentials.Ruling {
			asked = append(asked, e.Key)
			return credentials.Ruling{Fate: credentials.Goes}
		})
		if !slices.Equal(asked, words(want)) {
			t.Errorf("for %s asked about %q, want %q", host, asked, want)
		}
	}
}
