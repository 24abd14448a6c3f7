# `make run` gives the whole product on this machine, `make test` everything a change must pass.
# Both do all the set-up themselves; what they need is in infra/local/needs.sh, and named if missing.
# `make quick` is for while you type: formatting, lints, unit and property tests, nothing started.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8080
# A first build takes 25 minutes of one core.
CORES = $(shell getconf _NPROCESSORS_ONLN)
FIRST_BUILD = $(shell echo $$((25 / $(CORES) + 1))) minutes on $(CORES) cores
SECS ?= 15
LOCAL := target/debug/local
# What a run needs; the workspace is named as well, since each build must have the same features.
BINARIES := --bin local $(patsubst functions/%/Cargo.toml,--bin %,$(wildcard functions/*/Cargo.toml))
VENV := .local/venv/bin
BROWSER := infra/local/chromium.sh
# The test runner; compiled into .local when this machine has another version or none.
NEXTEST_VERSION := 0.9.143
export PATH := $(CURDIR)/.local/cargo/bin:$(PATH)

# Changes the code on trial; compiled into .local likewise.
MUTANTS_VERSION := 27.1.0
# Of the changes to `domain`, percent that its tests have to notice.
NOTICED_MIN := 97

# What the web app is made from, besides its packages; `schema.d.ts` is made on the way.
WEB := $(wildcard web/*.html web/*.json web/*.ts) infra/seeds/plans.json \
	$(shell find web/public web/src ! -name schema.d.ts)

.PHONY: help needs run test quick nextest test-one test-inside test-web screenshots bench bench-inside market faults mutants cargo-mutants \
	build web reset openapi lint template publish

help: ## what can be made
	@grep -hE '^[a-z-]+:.*\#\# ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

needs: # says what this machine lacks, and how to mend it, before anything else happens
	@infra/local/needs.sh

build: needs ## compile every function and the local run, once for `run` and `test`
	@$(if $(wildcard $(LOCAL)),,echo "Compiling for the first time: about $(FIRST_BUILD), later seconds.")
	cargo build --workspace $(BINARIES)

run: build web ## the whole product on http://localhost:$(PORT), until Ctrl-C
	@$(LOCAL) run --port $(PORT)

web: web/dist/app.html ## the web app, built into web/dist when something of it changed

web/dist/app.html: web/node_modules/.holds $(WEB)
	@echo 'Building the web app: about half a minute.'
	npm run build --prefix web
	@touch $@

web/node_modules/.holds: web/package-lock.json
	npm ci --no-audit --no-fund --prefix web
	@touch $@

reset: build ## forget all local data
	@$(LOCAL) reset

nextest: # the pinned test runner, compiled once where it is missing
	@cargo nextest --version 2>/dev/null | grep -q '^cargo-nextest $(NEXTEST_VERSION) ' || \
		cargo install --locked --root .local/cargo cargo-nextest@$(NEXTEST_VERSION)

quick: nextest lint ## what needs nothing started: formatting, lints, unit and property tests
	cargo nextest run --workspace --lib

test: needs nextest lint web ## everything a change must pass; needs nothing started
	cargo build --workspace --all-targets
	$(BROWSER) $(LOCAL) with -- $(MAKE) --no-print-directory test-inside

test-one: build ## one journey, say TEST='test(a_link_nobody_follows)', on a fresh product
	cargo build --workspace --all-targets
	$(LOCAL) with -- cargo nextest run --workspace -E '$(or $(TEST),$(error TEST is missing))'

test-inside: template ## the tests themselves, against the fresh product that `local with` gives
	cargo nextest run --workspace --test-threads $$((2 * $(CORES)))
	npm run test:core --prefix web

test-web: build web ## every test in the browser, on a fresh product
	$(BROWSER) $(LOCAL) with -- npm run test:web --prefix web -- $(if $(ONLY),--grep '$(ONLY)')

screenshots: build web ## pictures of every page, in web/screenshots
	$(BROWSER) $(LOCAL) with -- npm run screenshots --prefix web

bench: export GPUBROKER_RECORD := $(CURDIR)/.local/bench-calls.jsonl
bench: build ## figures against their budgets: all, or PART=ranking|package|start|journey|warm|refresh|scale|crowd|outage|local; SECS bounds a loop
	cargo build --workspace --bins
	$(LOCAL) with -- $(MAKE) --no-print-directory bench-inside

bench-inside: # the figures, on the fresh product that `local with` gives
	@$(VENV)/python infra/local/deploy.py --print --template template.yaml > .local/template.json
	@target/debug/bench "$(PART)" --secs $(SECS)

market: build ## every GPU cloud walked through as its user would: cloud × step, seconds, machines left
	cargo build --workspace --bins
	$(LOCAL) with -- target/debug/bench market

faults: build ## every call of every scenario goes wrong in every way; takes half an hour, ONLY=stop runs one scenario
	cargo build --workspace --bins
	$(LOCAL) with -- target/debug/faults '$(ONLY)'

cargo-mutants: # the pinned tool, compiled once where it is missing
	@cargo mutants --version 2>/dev/null | grep -qx 'cargo-mutants $(MUTANTS_VERSION)' || \
		cargo install --locked --root .local/cargo cargo-mutants@$(MUTANTS_VERSION)

mutants: OUTCOMES = .local/mutants.out
mutants: cargo-mutants ## how many changed rules of `domain` its tests notice, in hours; FILE='**/pod/*.rs' bounds it
	@cargo mutants --package domain --no-shuffle --output .local $(if $(FILE),--file '$(FILE)') || \
		(($$? == 2 || $$? == 3)) # some were missed, or ran too long
	@awk -v missed="$$(wc -l < $(OUTCOMES)/missed.txt)" \
		-v noticed="$$(cat $(OUTCOMES)/caught.txt $(OUTCOMES)/timeout.txt | wc -l)" 'BEGIN { \
		share = 100 * noticed / (noticed + missed); \
		printf "%d of %d changes are noticed: %.1f%%\n", noticed, noticed + missed, share; \
		exit share < $(NOTICED_MIN) }'

lint: web/node_modules/.holds ## formatting, lints, and the web app's types and unit tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	npm run check --prefix web

.local/venv/checks: infra/local/checks.txt
	$(VENV)/python -m pip install --quiet --disable-pip-version-check --no-input --requirement $<
	@touch $@

template: .local/venv/checks ## the template and the words, checked by their own tools
	$(VENV)/cfn-lint template.yaml
	SAM_CLI_TELEMETRY=0 $(VENV)/sam validate --lint --template template.yaml --region us-east-1
	$(VENV)/python infra/local/deploy.py --print --template template.yaml > .local/template.json
	$(VENV)/shellcheck .ci/run infra/local/*.sh
	$(VENV)/typos

openapi: BOARD = web/src/landing/board.json
openapi: GPUS = web/src/landing/gpus.json
openapi: ## write web/openapi.json, the landing page's board and the prices of each GPU's page
	cargo build --workspace --all-targets
	target/debug/examples/openapi > web/openapi.json.new && mv web/openapi.json.new web/openapi.json
	mkdir -p $(dir $(BOARD))
	target/debug/examples/board > $(BOARD).new && mv $(BOARD).new $(BOARD)
	target/debug/examples/gpus > $(GPUS).new && mv $(GPUS).new $(GPUS)

publish: web ## upload the web app to BUCKET, the stack's output WebBucket; needs the AWS CLI
	aws s3 sync web/dist/assets 's3://$(or $(BUCKET),$(error BUCKET is missing))/assets' \
		--cache-control 'public, max-age=31536000, immutable'
	aws s3 sync web/dist 's3://$(BUCKET)' --exclude 'assets/*' --cache-control no-cache
