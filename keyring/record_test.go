package keyring

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

func mustHost(tb testing.TB, raw string) credentials.Host {
	tb.Helper()
	h, err := credentials.ParseHost(raw)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

func aToken(secret string) credentials.Token {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return credentials.Token{Username: "me", Secret: credentials.NewSecret(secret), Life: credentials.Life{
		Kind: credentials.KindPersonal, Name: "laptop", Scopes: []string{"read_registry"}, Expiry: credentials.ExpiryKnown,
		ExpiresAt: now.AddDate(0, 1, 0), StoredAt: now, VerifiedAt: now, GitLab: "https://gitlab.example.com",
	}}
}

func TestRecordRoundTrip(t *testing.T) {
	h, tok := mustHost(t, "registry.example.com:5050"), aToken(`glpat-"\ ü`)
	data, err := encodeRecord(h, "id", tok)
	if err != nil {
		t.Fatal(err)
	}
	r, err := decodeRecord(h, data)
	if err != nil {
		t.Fatal(err)
	}
	want := tok.Life
	want.Name, want.Scopes, want.GitLab = "", nil, ""
	if r.Token != tok.Secret.Reveal() || r.Username != "me" || r.ID != "id" || !reflect.DeepEqual(r.Life, want) {
		t.Errorf("%+v", r)
	}
}

func TestRecordSizeIsCheckedBeforeWriting(t *testing.T) {
	h := mustHost(t, "registry.example.com")
	small, err := encodeRecord(h, "id", aToken(""))
	if err != nil {
		t.Fatal(err)
	}
	room := MaxRecord - len(small.Reveal())
	if data, err := encodeRecord(h, "id", aToken(strings.Repeat("x", room))); err != nil || len(data.Reveal()) != MaxRecord {
		t.Errorf("a record of exactly %d bytes: %d, %v", MaxRecord, len(data.Reveal()), err)
	}
	if _, err := encodeRecord(h, "id", aToken(strings.Repeat("x", room+1))); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a byte more: %v; want ErrTooLarge", err)
	}
}

func TestDecodeRecordRefuses(t *testing.T) {
	h := mustHost(t, "registry.example.com")
	for name, c := range map[string]struct{ text, want string }{
		"nothing":       {``, "not one of this program"},
		"another's":     {`glpat-canary`, "not one of this program"},
		"token number":  {`{"v":1,"token":8675309}`, "not one of this program"},
		"newer":         {`{"v":2}`, "newer version"},
		"no version":    {`{}`, "incomplete"},
		"no token":      {`{"v":1,"id":"i","host":"registry.example.com","username":"me"}`, "incomplete"},
		"another host":  {`{"v":1,"id":"i","host":"evil.example","username":"me","token":"canary"}`, "another host"},
		"expiry absent": {`{"v":1,"id":"i","host":"registry.example.com","username":"me","token":"canary"}`, "damaged"},
	} {
		_, err := decodeRecord(h, credentials.NewSecret(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "canary") ||
			strings.Contains(err.Error(), "8675309") {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
}

// FuzzDecodeRecord: no text crashes it, and what it accepts can be served: it has a life that can be judged.
func FuzzDecodeRecord(f *testing.F) {
	h := mustHost(f, "registry.example.com")
	data, err := encodeRecord(h, "id", aToken("glpat-x"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data.Reveal())
	f.Add(`{"v":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := decodeRecord(h, credentials.NewSecret(text))
		if err != nil {
			return
		}
		if r.Token == "" || r.Username == "" || r.Host != h.String() || r.Life.Validate() != nil {
			t.Errorf("accepted %+v", r)
		}
	})
}

// FuzzDecodeCatalog: no text crashes it, and what it accepts survives being written and read again.
func FuzzDecodeCatalog(f *testing.F) {
	f.Add([]byte(`{"version":1,"tokens":{"a.example":{"username":"u","vault":"os","id":"i","life":{"expiry":"never"}}}}`))
	f.Add([]byte(`{"version":1,"tokens":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := decodeCatalog(text)
		if err != nil {
			return
		}
		again, err := json.Marshal(c)
		if err != nil {
			return // a date that JSON cannot carry
		}
		if _, err := decodeCatalog(again); err != nil {
			t.Errorf("%s\nbecomes %s: %v", text, again, err)
		}
	})
}
