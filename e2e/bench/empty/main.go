// Command empty does nothing: it is how long it takes to start a Go program at all.
package main

func main() {}
