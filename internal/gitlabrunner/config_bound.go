package gitlabrunner

import "github.com/pelletier/go-toml/v2/unstable"

const (
	// maxConfig bounds a config.toml, in bytes.
	maxConfig = 4 << 20
	// maxLookups bounds the work of decoding one: some 0.4 s. A thousand runners with sixty tables each take a tenth.
	maxLookups = 100_000_000
)

// affordable reports whether a config.toml is decoded within bounds. For each key go-toml looks through all those that
// it has met, except those of runners before the last [[runners]]: 4 MiB of distinct keys, in the home of somebody who
// wishes root ill, would keep it busy for minutes.
func affordable(text []byte) bool {
	parser := &unstable.Parser{}
	parser.Reset(text)
	var ofRunner, others, lookups int64
	inRunner := false
	for lookups < maxLookups && parser.NextExpression() {
		e := parser.Expression()
		n := keys(e)
		lookups += n * (ofRunner + others + n)
		if e.Kind != unstable.KeyValue {
			path := e.Key()
			inRunner = path.Next() && string(path.Node().Data) == "runners"
			if inRunner && path.IsLast() && e.Kind == unstable.ArrayTable {
				ofRunner = 0
			}
		}
		if inRunner {
			ofRunner += n
		} else {
			others += n
		}
	}
	return lookups < maxLookups
}

// keys counts what go-toml remembers of an expression: keys, and tables and arrays that stand within a value.
func keys(n *unstable.Node) (count int64) {
	switch n.Kind {
	case unstable.Key, unstable.InlineTable, unstable.Array:
		count = 1
	}
	for children := n.Children(); children.Next(); {
		count += keys(children.Node())
	}
	return count
}
