package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

const manyEntries = 10_000

// nothingToDo measures "configure" in a job whose config file needs no change against a program that does nothing.
func (b *benchmark) nothingToDo(ctx context.Context) (row, error) {
	return b.configure(ctx, "configure, nothing to do", 0, mostOfEmptyConfigure)
}

// manyEntriesToRead measures the same with a config file of many foreign entries.
func (b *benchmark) manyEntriesToRead(ctx context.Context) (row, error) {
	return b.configure(ctx, fmt.Sprintf("configure, %d entries", manyEntries), manyEntries, mostOfEmptyMany)
}

func (b *benchmark) configure(ctx context.Context, what string, entries int, most float64) (row, error) {
	home, err := kit.NewHome(filepath.Join(b.temp, fmt.Sprint("configure", entries)), b.bin)
	if err != nil {
		return row{}, err
	}
	home.Set("CI_REGISTRY", registry)
	home.Set("CI_JOB_TOKEN", "glcbt-64_bench")
	config, err := foreignEntries(entries)
	if err != nil {
		return row{}, err
	}
	if err := home.WriteConfig(config); err != nil {
		return row{}, err
	}
	empty, err := b.empty(ctx, home)
	if err != nil {
		return row{}, err
	}
	configure := empty
	configure.path, configure.args = home.Command(ctx, kit.Program).Path, []string{"configure", "--quiet"}
	if _, err := configure.once(ctx); err != nil { // from now on there is nothing to do
		return row{}, err
	}
	before, err := os.Stat(home.ConfigPath())
	if err != nil {
		return row{}, err
	}
	ours, theirs, err := b.compare(ctx, configure, empty)
	if err != nil {
		return row{}, err
	}
	if after, err := os.Stat(home.ConfigPath()); err != nil || !after.ModTime().Equal(before.ModTime()) {
		return row{}, fmt.Errorf("%s: the file was written: %w", what, err)
	}
	return row{
		what: what, measured: ms(ours), against: "empty program " + ms(theirs),
		value: float64(ours) / float64(theirs), most: most, format: "%.2fx",
	}, nil
}

// foreignEntries is a config file with so many logins elsewhere, as Docker writes it.
func foreignEntries(n int) (string, error) {
	auths := make(map[string]map[string]string)
	for i := range n {
		auth := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "user:token-of-twenty-%04d", i))
		auths[fmt.Sprintf("registry-%d.example.net", i)] = map[string]string{"auth": auth}
	}
	text, err := json.MarshalIndent(map[string]any{"auths": auths}, "", "\t")
	return string(text), err
}
