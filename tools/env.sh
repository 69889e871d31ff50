# shellcheck shell=bash
# What all scripts share; they source it. It changes into the project's root.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The tools live outside the project, so that all its checkouts share them. They take the place of others on PATH,
# because the wasm-bindgen that cargo-leptos calls must be of the very version that the project is compiled with.
FORGE_TOOLS=${XDG_CACHE_HOME:-$HOME/.cache}/playbook-forge/tools
export PATH=$FORGE_TOOLS/bin:$PATH

# Absolute, because the browser tests run in a folder of their own.
CARGO_TARGET_DIR=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR
export FORGE_BIN=$CARGO_TARGET_DIR/release/playbook-forge

build_release() {
  cargo leptos build --release --precompress
}
