package joblog

import "regexp"

// labelled are the forms in which a text says of something that it is a secret.
var labelled = []func() *regexp.Regexp{
	// A header: as it travels, or as Go prints a map of them. BuildKit's "may require authorization: no" is English.
	behind(`\b(?:authorization *[:=] *\[? *(?:basic|bearer|token) +|authorization(?:: *\[|=)|(?-i:Authorization): +|`+
		`(?:x-registry-(?:auth|config)|(?:private|job|deploy)-token)(?:: +|: *\[))`, `[^ "'\]]+`),
	behind(`\b(?:basic|bearer) +`, `[a-z0-9+/_=.-]{16,}`),
	// A member of an object: in JSON, as Go prints a struct, in YAML. A name and a colon with nothing around them may be
	// those of an image ("group/token:1"), and before a space they are English ("retrieve auth token: invalid").
	behind(`\\*["']`+called+`\\*["'] *: *\[? *|\b`+called+` *: *`, quoted),
	behind(`(?:^|[{,;:]) *[\w.-]*`+password+` *: +|[ {,([]`+password+`:`, bare),
	// A parameter of an address, or a variable.
	behind(`\b`+called+`=`, quoted+`|`+bare),
	// A flag of a client's login, or of what copies images; "--password-stdin" is none.
	behind(`(?:^| )(?:--?[\w-]*(?:`+password+`|token)(?: +|=)|-p *=? *)`, quoted+`|`+bare),
	behind(`(?:^| )(?:-u|--user|--[\w-]*creds)(?: +|=)["']?[^ :"']*:`, bare),
}

const (
	password = `(?:password|passwd|passphrase|secret)`
	called   = `[\w.-]*(?:(?:password|passwd|passphrase|secret|token|auth)[\w.-]*|key|pass|pwd|sig|signature)`
	bare     = `\[redacted\]|[^ "'&][^ "&]*`
	// quoted is what stands in quotes, up to where they end. What is escaped in it is escaped once more, where they are.
	quoted = `(")(?:[^"\\]|\\.)*|(')[^']*|(\\")(?:[^"\\]|\\{2,}.)*|(\\{2,}")[^"\\]*`
)

// behind returns what finds a secret behind its label, which is the first group. Those of quoted are the others.
func behind(label, secret string) func() *regexp.Regexp {
	return expression(`(?i)(` + label + `)(?:` + secret + `)`)
}
