#!/usr/bin/env bash
# Builds the release and becomes the server. What the caller set in FORGE_* stays as it is.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

tools/setup.sh
build_release

export FORGE_ADDR=${FORGE_ADDR:-127.0.0.1:3000}
export FORGE_DATA_DIR=${FORGE_DATA_DIR:-./data}
export FORGE_DEMO=${FORGE_DEMO:-true}
exec "$FORGE_BIN"
