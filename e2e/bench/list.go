package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

const manyTokens = 1000

// list measures "list" of many kept tokens against the same with none.
func (b *benchmark) list(ctx context.Context) (row, error) {
	many, err := b.lister(ctx, "list-many", manyTokens)
	if err != nil {
		return row{}, err
	}
	none, err := b.lister(ctx, "list-none", 0)
	if err != nil {
		return row{}, err
	}
	ours, theirs, err := b.compare(ctx, many, none)
	if err != nil {
		return row{}, err
	}
	return row{
		what: fmt.Sprintf("list, %d tokens", manyTokens), measured: ms(ours), against: "no token " + ms(theirs),
		value: float64(ours) / float64(theirs), most: mostOfNoToken, format: "%.2fx",
	}, nil
}

// lister prepares "list" for a user who has logged in to so many registries.
func (b *benchmark) lister(ctx context.Context, name string, tokens int) (program, error) {
	home, err := kit.NewHome(filepath.Join(b.temp, name), b.bin)
	if err != nil {
		return program{}, err
	}
	if _, err := home.UseTestVault(); err != nil {
		return program{}, err
	}
	world, err := kit.NewWorld()
	if err != nil {
		return program{}, err
	}
	defer func() { _ = world.Close() }()
	world.GitLab.Add(gitlabtest.Token{Secret: token, Username: "alice", Scopes: []string{"read_registry"}})
	login := func() error {
		got, err := home.Run(ctx, token, kit.Program, "login", "--token-stdin", "--quiet", world.Registry)
		if err == nil && got.Code != 0 {
			err = fmt.Errorf("login: %s", got.Stderr)
		}
		return err
	}
	if err := login(); err != nil {
		return program{}, err
	}
	if err := copyLines(home.CatalogPath(), world.Registry, tokens); err != nil {
		return program{}, err
	}
	if err := login(); err != nil { // it writes all anew, as it does after each login
		return program{}, err
	}
	if tokens == 0 {
		if got, err := home.Run(ctx, "", kit.Program, "logout", "--all"); err != nil || got.Code != 0 {
			return program{}, fmt.Errorf("logout: %w %s", err, got.Stderr)
		}
	}
	cmd := home.Command(ctx, kit.Program, "list")
	p := program{path: cmd.Path, args: []string{"list"}, env: cmd.Env, stdin: os.DevNull}
	if tokens > 0 {
		err = p.answers(ctx, fmt.Sprintf("registry%d.example.com", tokens-1))
	}
	return p, err
}

// copyLines repeats a line of the catalogue for so many registries more.
func copyLines(path, host string, n int) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var catalog struct {
		Version int                        `json:"version"`
		Tokens  map[string]json.RawMessage `json:"tokens"`
	}
	if err := json.Unmarshal(text, &catalog); err != nil {
		return err
	}
	for i := range n {
		catalog.Tokens[fmt.Sprintf("registry%d.example.com", i)] = catalog.Tokens[host]
	}
	if text, err = json.MarshalIndent(catalog, "", "\t"); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
