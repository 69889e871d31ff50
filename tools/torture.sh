#!/usr/bin/env bash
# Sends the release hostile requests and crowds, and judges what they cost (end2end/torture). docs/performance.md explains.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

tools/setup.sh --browser
build_release
cd end2end
FORGE_LONG=1 exec npx playwright test --config torture.config.ts "$@"
