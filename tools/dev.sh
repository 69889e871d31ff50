#!/usr/bin/env bash
# Serves a debug build that follows every change.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

tools/setup.sh
export FORGE_DEMO=${FORGE_DEMO:-true}
exec cargo leptos watch
