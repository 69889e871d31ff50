#!/usr/bin/env bash
# Measures live connections to the release, on loopback; the arguments choose scenarios (server/benches/live/main.rs).
# docs/performance.md explains.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

tools/setup.sh
exec cargo bench --package server --bench live -- "$@"
