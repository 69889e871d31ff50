#!/usr/bin/env bash
# Measures the release; the arguments choose what (server/benches/record/main.rs). docs/performance.md explains.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

tools/setup.sh
exec cargo bench --package server --bench record -- "$@"
