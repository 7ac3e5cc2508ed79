package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

const (
	module   = "github.com/gitlabjob/docker-credential-gitlabjob"
	registry = "registry.example.com"
)

// jobToken measures "get" in a CI job against a program that does nothing.
func (b *benchmark) jobToken(ctx context.Context) (row, error) {
	const token = "glcbt-64_bench"
	home, err := kit.NewHome(filepath.Join(b.temp, "job"), b.bin)
	if err != nil {
		return row{}, err
	}
	home.Set("CI_REGISTRY", registry)
	home.Set("CI_JOB_TOKEN", token)
	r, err := b.getAgainstEmpty(ctx, home, registry, token)
	r.what, r.most = "get, job token", mostOfEmpty
	return r, err
}

// getAgainstEmpty measures "get" of address, which has to answer with that token, against a program that does nothing.
func (b *benchmark) getAgainstEmpty(ctx context.Context, home *kit.Home, address, token string) (row, error) {
	get, err := b.get(home, kit.Program, address)
	if err != nil {
		return row{}, err
	}
	if err := get.answers(ctx, token); err != nil {
		return row{}, err
	}
	empty, err := b.empty(ctx, home)
	if err != nil {
		return row{}, err
	}
	empty.args, empty.stdin = get.args, get.stdin
	ours, theirs, err := b.compare(ctx, get, empty)
	if err != nil {
		return row{}, err
	}
	return row{
		measured: ms(ours), against: "empty program " + ms(theirs),
		value: float64(ours) / float64(theirs), format: "%.2fx",
	}, nil
}

// get prepares "get" of address by the helper name, for the user of home.
func (b *benchmark) get(home *kit.Home, name, address string) (program, error) {
	stdin := filepath.Join(home.Dir, name+".stdin")
	if err := os.WriteFile(stdin, []byte(address), 0o600); err != nil {
		return program{}, err
	}
	cmd := home.Command(context.Background(), name, "get")
	return program{path: cmd.Path, args: []string{"get"}, env: cmd.Env, stdin: stdin}, nil
}

// empty prepares the program that does nothing at all.
func (b *benchmark) empty(ctx context.Context, home *kit.Home) (program, error) {
	path := filepath.Join(b.bin, "empty")
	if _, err := os.Stat(path); err != nil {
		if err := kit.GoBuild(ctx, path, module+"/e2e/bench/empty"); err != nil {
			return program{}, err
		}
	}
	cmd := home.Command(ctx, "empty")
	return program{path: cmd.Path, env: cmd.Env, stdin: os.DevNull}, nil
}

// size measures the program as it is released for linux/amd64.
func (b *benchmark) size(ctx context.Context) (row, error) {
	to := filepath.Join(b.temp, kit.Program+"-linux-amd64")
	if err := kit.GoBuild(ctx, to, module+"/cmd/"+kit.Program, "GOOS=linux", "GOARCH=amd64"); err != nil {
		return row{}, err
	}
	info, err := os.Stat(to)
	if err != nil {
		return row{}, err
	}
	const mb = 1_000_000
	return row{
		what: "size, linux/amd64", measured: fmt.Sprintf("%d bytes", info.Size()), against: "stripped",
		value: float64(info.Size()) / mb, most: mostBytes / mb, format: "%.1f MB",
	}, nil
}
