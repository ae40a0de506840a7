.DEFAULT_GOAL := help
.PHONY: help up test down check fix tools

packages := node_modules/.package-lock.json

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

up: tools ## Tool chain, a lab of three real hosts, and a first deployment to them
	@bin/groundwork lab up
	@bin/groundwork deploy

test: tools ## Check format, lint and types, and run every test; ends with "N passed, N failed"
	@node --import tsx tools/toolchain/run-tests.ts

down: $(packages) ## Remove everything the lab made, and nothing else
	@bin/groundwork lab down

check: $(packages) ## Check format, lint and types; changes nothing
	@npx biome check . && npx tsc

fix: $(packages) ## Format, and correct what the linter can correct itself
	@npx biome check --write .

# npm packages, Debian packages of the lab, Pulumi CLI and plugins, services of the lab: each only when it is missing.
tools: $(packages)
	@bin/groundwork setup --packages --services

$(packages): package-lock.json
	@echo "Installing the npm packages ..."
	@(while sleep 10 >/dev/null 2>&1; do echo "  still installing ..."; done) & ticker=$$!; \
	npm ci --prefer-offline --no-audit --no-fund; code=$$?; kill $$ticker; exit $$code
	@touch $@
