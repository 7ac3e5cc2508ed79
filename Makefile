# What each of these does stands beside it; README.md says which two to run first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PROGRAM := docker-credential-gitlabjob
# What costs at the start of every pull and serves nothing stays out (measured, doc/design.md): HTTP/2, for three small
# requests at a login; and the Green Tea collector, which keeps its marks at the far end of each span, a second page to
# be faulted in for each size of object, in a program that ends before anything is collected. A toolchain that does not
# know that choice any more builds without it.
NO_GREENTEA := $(shell GOEXPERIMENT=nogreenteagc go env GOVERSION >/dev/null 2>&1 && echo GOEXPERIMENT=nogreenteagc)
# What configure and doctor do is not inlined: it is 0.1 MB less to map for every get, which runs none of it.
GO_BUILD := CGO_ENABLED=0 $(NO_GREENTEA) go build -buildvcs=auto -trimpath -tags nethttpomithttp2 -ldflags "-s -w" \
            -gcflags "github.com/gitlabjob/$(PROGRAM)/internal/...=-l" -gcflags "github.com/pelletier/...=-l"
FUZZTIME ?= 30s
TARGETS := linux/amd64 linux/arm64 linux/arm linux/386 linux/ppc64le linux/s390x linux/riscv64 \
           darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 \
           freebsd/amd64 freebsd/arm64 openbsd/amd64 netbsd/amd64

.PHONY: help demo test e2e lint bench fuzz build cross packages

help: ## Print this.
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: ## Tell the stale-entry story with the real program, on an embedded registry. Needs only Go.
	@cd e2e && go run ./demo

test: ## Run every test that needs only Go.
	go test ./...
	cd e2e && go test -count=1 . ./kit ./testvault ./fakesecurity ./demo ./bench # they run programs that go's cache knows nothing of

e2e: packages ## Run the real Docker CLI, engine, registry, skopeo, buildah, Secret Service; Wine. Debian, as root.
	cd e2e && go test -count=1 -timeout 20m ./system

packages:
	@missing=$$(for p in $$(cat e2e/system/packages.txt); do \
		dpkg-query -W -f '$${Status}' "$$p" 2>/dev/null | grep -q 'ok installed' || echo "$$p"; done); \
	if [ -n "$$missing" ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	fi

lint: bin/golangci-lint ## Check style, import direction and module files of both modules.
	bin/golangci-lint run ./...
	cd e2e && ../bin/golangci-lint run --config ../.golangci.yml ./...
	go mod tidy -diff && cd e2e && go mod tidy -diff
	if command -v shellcheck >/dev/null; then shellcheck .ci/run; fi

bin/golangci-lint: tools.mod tools.sum
	go build -modfile=tools.mod -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

bench: ## Measure get against an empty program, and against docker-credential-secretservice.
	cd e2e && go run ./bench

fuzz: ## Run every fuzz target for FUZZTIME (30s).
	@for pkg in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' "$$pkg" | grep '^Fuzz' || true); do \
			echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$pkg"; \
		done; \
	done

build: ## Build the program into bin/.
	$(GO_BUILD) -o bin/$(PROGRAM) ./cmd/$(PROGRAM)

cross: ## Build and vet every release target.
	@for target in $(TARGETS); do \
		export GOOS=$${target%/*} GOARCH=$${target#*/}; echo "$$target"; \
		go vet ./cmd/... ./credentials/... ./keyring/... ./internal/...; \
		$(GO_BUILD) -o dist/$(PROGRAM)-$$GOOS-$$GOARCH ./cmd/$(PROGRAM); \
	done
