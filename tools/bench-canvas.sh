#!/usr/bin/env bash
# Measures the flowchart of the release in the browser of the tests (end2end/bench/canvas.ts). docs/performance.md explains.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

tools/setup.sh --browser
build_release
cd end2end
exec npx playwright test --config bench/canvas.config.ts
