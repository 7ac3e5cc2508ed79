package credentials

import "testing"

func TestJobIssued(t *testing.T) {
	for claims, want := range map[string]int64{ // Unix seconds; 0: not readable
		`{"iat":1700000000,"exp":1800000000}`:         1700000000,
		`{"iat":1700000000,"nbf":1699999995}`:         1700000000,
		`{"iat":1700000000,"nbf":1700000060}`:         1700000060,
		`{"nbf":1700000000}`:                          1700000000,
		`{"iat":"x","nbf":1700000000}`:                1700000000,
		`{"iat":1700000000,"nbf":"x"}`:                1700000000,
		`{"iat":1e300}`:                               0,
		`{"exp":1700000000}`:                          0,
		`[1]`:                                         0,
		`{"iat":1700000000,"nbf":1e300,"exp":"soon"}`: 1700000000,
	} {
		at, known := Job{Token: jobJWT(claims)}.Issued()
		if known != (want != 0) || known && at.Unix() != want {
			t.Errorf("%s: %v, %v; want %d", claims, at, known, want)
		}
	}
	if at, known := (Job{Token: NewSecret("glcbt-64_opaque")}).Issued(); known {
		t.Errorf("an opaque token was issued %v", at)
	}
}
