// Package homes reads small files in other people's homes, for root, who trusts none of them.
//
// A home's owner may have put anything there: a symbolic link to /etc/shadow, a FIFO that waits for ever, a gigabyte of
// nothing, somebody else's file by a hard link. So a directory is opened once and held, every name below it is opened
// from there and never through a link, and a file counts only when it is a regular one, the owner's own, and small.
// Nothing is written, and nothing is run.
package homes
