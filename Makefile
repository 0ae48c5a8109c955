# `make run` starts Huddle on a demonstration practice, `make test` checks everything. `make help` lists the rest.

# The installer of Rust puts cargo where a shell that is already open does not look.
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

.DEFAULT_GOAL := help
.PHONY: help run fresh build web release test lint fmt rust-test checker storm protocol schemathesis fuzz supply-chain advisories sbom web-check e2e bench bench-growth bench-rebalance clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Builds what changed and starts the demonstration practice (ARGS="--listen ADDR:PORT")
	@scripts/run $(ARGS)

fresh: ## Forgets the work done in the demonstration practice, so that `make run` makes it anew
	rm -f data/demo.db data/demo.db-shm data/demo.db-wal data/demo.db.lock data/made-on

# Always the whole workspace: building a part of it chooses other features, and so builds everything a second time.
build: web ## Builds the dashboard and the server, for development
	@cargo build --locked --workspace

web: ## Builds the dashboard into web/dist
	@scripts/need build
	@scripts/web build

release: web ## Builds the optimised server with the dashboard inside: target/release/huddle
	cargo build --locked --release

test: ## Everything: lints, unit tests, both databases, protocol, browser
	@scripts/need test
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory supply-chain
	@$(MAKE) --no-print-directory rust-test
	@$(MAKE) --no-print-directory checker
	@$(MAKE) --no-print-directory protocol
	@$(MAKE) --no-print-directory schemathesis
	@$(MAKE) --no-print-directory fuzz
	@$(MAKE) --no-print-directory web-check
	@$(MAKE) --no-print-directory e2e

lint: web ## rustfmt and clippy
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings

# The binary is built as well, because tests start it.
rust-test: build ## The Rust tests, on SQLite and on PostgreSQL
	cargo test --locked --workspace

# A minute beside one's own work, five on a machine that has nothing else to do; RELIABILITY.md says more.
CHECKER_SECONDS ?= $(if $(CI),300,60)

checker: build ## Breaks a cluster of three nodes and proves its promises (ARGS="--seconds 7200 --seed 7")
	target/debug/checker --seconds $(CHECKER_SECONDS) $(ARGS)

storm: ## Kills a node with 20,000 subscribers and measures how they come back (ARGS="--sockets 1000")
	cargo build --locked --workspace --profile bench-quick --bins
	target/bench-quick/checker storm $(ARGS)

protocol: build ## The standard GraphQL clients, and a certified provider of sign-in, against the real server
	cd tests/protocol && npm ci && npm test
	cd tests/oidc && npm ci && npm test

schemathesis: build ## Odd documents for every query and mutation, by a fixed seed (SEED=8 EXAMPLES=100)
	@test -x target/schemathesis/bin/schemathesis || { python3 -m venv target/schemathesis && \
	    target/schemathesis/bin/pip install --quiet --requirement tests/schemathesis/requirements.txt; }
	target/schemathesis/bin/python tests/schemathesis/run.py

LOCKS = $(shell git ls-files '*package-lock.json')

supply-chain: ## Licences, sources and versions of everything that others wrote
	@scripts/need supply-chain
	cargo deny --locked check bans licenses sources
	node scripts/npm-packages.mjs $(LOCKS)

advisories: ## Known weaknesses of it, from the databases of RustSec and npm (needs the internet)
	@scripts/need supply-chain
	cargo deny --locked check advisories
	@for lock in $(LOCKS); do echo "npm audit $$lock"; npm --prefix "$$(dirname $$lock)" audit || exit 1; done

sbom: ## What is inside, as CycloneDX: target/sbom
	@scripts/need sbom
	@mkdir -p target/sbom
	cargo cyclonedx --manifest-path api/Cargo.toml --format json --all --override-filename huddle
	mv api/huddle.json target/sbom/huddle.cdx.json
	@rm -f entity/huddle.json migration/huddle.json tests/huddle.json # It describes every crate; the server's holds them.
	npm --prefix web sbom --omit dev --package-lock-only --sbom-format cyclonedx > target/sbom/huddle-web.cdx.json

# It measures, so it wants the optimised server. The second run shows that it would find a document that is too slow.
fuzz: ## Looks for a document that is admitted and holds a core too long (ARGS="--seconds 600 --seed 7")
	cargo build --locked --workspace --profile bench-quick --bins
	target/bench-quick/checker fuzz $(ARGS)
	target/bench-quick/checker fuzz --unguarded --seconds 30

web-check: web ## Types, lints and unit tests of the dashboard
	cd web && npm run check

e2e: build ## Headless Chromium against the real server
	cd web && npm run e2e

bench: ## How long an import takes, against only parsing the same files (FILES="a folder of FHIR bundles")
	cargo run --locked --profile bench-quick -p api --example import_fhir -- $(FILES)

bench-growth: ## Writes, boards and feeds on PostgreSQL with 1 to 100 practices (SECONDS=10)
	cargo run --locked --profile bench-quick --workspace --example growth -- $(SECONDS)

bench-rebalance: ## Sharing 8,000 patients of 40 members anew, against a greedy plan (ARGS="MEMBERS PATIENTS SEED")
	cargo run --locked --profile bench-quick -p api --example rebalance -- $(ARGS)

fmt: ## Formats Rust and TypeScript
	cargo fmt --all
	@scripts/web modules
	cd web && npm run fix

clean: ## Removes what was built, and the demonstration practice
	cargo clean
	find web/dist -mindepth 1 ! -name .gitkeep -delete
	rm -rf web/node_modules data
