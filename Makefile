# Every target installs what it needs first, so `make run` or `make test` on a fresh machine with rustup and Node 20 is
# enough. The work is done by the scripts in tools/.

.DEFAULT_GOAL := help
.PHONY: help setup run dev test proxies clean

help: ## Say what can be made.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the build tools and what the browser tests need.
	@tools/setup.sh --browser

run: ## Build the release and run it with demo data on http://127.0.0.1:3000.
	@tools/run.sh

dev: ## Build, run and build again on every change.
	@tools/dev.sh

test: ## Run every check and every test; the last line is the sum.
	@tools/test.sh

proxies: ## Try the proxies of deploy/ under TLS; the last line is the sum.
	@tools/proxies.sh

clean: ## Remove what was built; data and tools stay.
	@tools/clean.sh
