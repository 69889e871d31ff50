# Every target installs what it needs first, so `make run` or `make test` on a fresh machine with rustup and Node 20 is
# enough. The work is done by the scripts in tools/.

.DEFAULT_GOAL := help
.PHONY: help setup run dev test test-long proxies fuzz bench bench-pages bench-canvas load torture clean

help: ## Say what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

fuzz: ## Search for texts that an importer does not survive: `make fuzz TARGETS=mermaid` for one kind of them.
	@tools/fuzz.sh $(TARGETS)

test-long: ## The same, with 100 kills, many more writers and longer searches for faults.
	@FORGE_LONG=1 tools/test.sh

bench: ## Measure the release: `make bench PARTS="changes --json"` for a part, or as JSON.
	@tools/bench.sh $(PARTS)

bench-pages: ## Measure the pages in a browser: Lighthouse, the bytes of a first visit, how soon a press is answered.
	@tools/bench-pages.sh

bench-canvas: ## Measure how fluid the flowchart is, with 200, 1,000 and 5,000 nodes.
	@tools/bench-canvas.sh

load: ## Measure live connections, up to 10,000: `make load SCENARIOS="1000 --json"` for one of them, or as JSON.
	@tools/load.sh $(SCENARIOS)

torture: ## Send hostile requests and crowds, and judge what they cost: `make torture TRIALS=crowds` for a part.
	@tools/torture.sh $(TRIALS)

clean: ## Remove what was built; data and tools stay.
	@tools/clean.sh
