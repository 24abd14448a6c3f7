# `make run` gives the whole product on this machine, `make test` everything a change must pass.
# Both do all the set-up themselves; Rust, Python 3 and Node are all they need.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8080
SECS ?= 15
LOCAL := target/debug/local
VENV := .local/venv/bin

.PHONY: help run test test-inside bench bench-inside build reset openapi lint template

help: ## what can be made
	@grep -hE '^[a-z-]+:.*\#\# ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## compile every function and the local run, once for `run` and `test`
	cargo build --workspace

run: build ## the whole product on http://localhost:$(PORT), until Ctrl-C
	@$(LOCAL) run --port $(PORT)

reset: build ## forget all local data
	@$(LOCAL) reset

test: lint ## everything a change must pass; needs nothing started
	cargo build --workspace --all-targets
	$(LOCAL) with -- $(MAKE) --no-print-directory test-inside

test-inside: template ## the tests themselves, against the fresh product that `local with` gives
	cargo nextest run --workspace

bench: export GPUBROKER_RECORD := $(CURDIR)/.local/bench-calls.jsonl
bench: build ## figures against their budgets: all, or PART=ranking|package|start|warm|journey; SECS bounds a loop
	$(LOCAL) with -- $(MAKE) --no-print-directory bench-inside

bench-inside: # the figures, on the fresh product that `local with` gives
	@$(VENV)/python infra/local/deploy.py --print --template template.yaml > .local/template.json
	@target/debug/bench "$(PART)" --secs $(SECS)

lint: ## formatting and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

template: ## the template and the words, checked by their own tools
	$(VENV)/cfn-lint template.yaml
	SAM_CLI_TELEMETRY=0 $(VENV)/sam validate --lint --template template.yaml --region us-east-1
	$(VENV)/python infra/local/deploy.py --print --template template.yaml > .local/template.json
	$(VENV)/shellcheck .ci/run
	$(VENV)/typos

openapi: ## write web/openapi.json from the handlers
	cargo build --workspace --all-targets
	target/debug/examples/openapi > web/openapi.json.new && mv web/openapi.json.new web/openapi.json
