// Package dockerconfig reads and edits the text of a Docker config file that belongs to somebody else: the user.
//
// The text is parsed into a syntax tree that remembers every byte, edited there and packed again, so that what is not
// edited stays as it was written: order, white space, unknown members, numbers and escapes. Members are matched as
// encoding/json matches them, because Docker reads the file with it: "auths" is also "Auths", an object may come twice
// and then both count, and a key may come twice and then the last one counts. An entry that Docker would read is an
// entry here, and is never missed because of how it is spelt.
//
// Nothing here touches a file; package editfile does that.
package dockerconfig
