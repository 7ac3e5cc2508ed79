package main

import (
	"errors"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// TestBudget: what a GitLab takes keeps nobody from being asked about, what it refuses ends that for this GitLab alone,
// and all together end it for all.
func TestBudget(t *testing.T) {
	const here, there = "https://gitlab.com", "https://gitlab.example.com"
	b := budget{refused: make(map[string]int)}
	for range 2 * mostRefused {
		b.spend(here, nil)
	}
	for i := range mostRefused {
		if err := b.noMore(here); err != nil {
			t.Fatalf("after %d refusals: %v", i, err)
		}
		b.spend(here, &credentials.RefusedError{})
	}
	if err := b.noMore(here); !errors.Is(err, credentials.ErrTooMany) || !errors.Is(err, errManyRefused) {
		t.Errorf("after %d refusals: %v", mostRefused, err)
	}
	if err := b.noMore(there); err != nil {
		t.Errorf("another GitLab: %v", err)
	}
	for b.asked < mostInAll {
		b.spend(there, nil)
	}
	if err := b.noMore(there); !errors.Is(err, credentials.ErrTooMany) || !errors.Is(err, errManyInAll) {
		t.Errorf("after %d in all: %v", mostInAll, err)
	}
}
