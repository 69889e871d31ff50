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

# Starts the release over an empty folder, with the demo, for the script that asks: it is at `address`, logs into `run/log`, and
# both end with the script.
start_release() {
  run=$(mktemp -d)
  touch "$run/address"
  FORGE_ADDR=127.0.0.1:0 FORGE_DATA_DIR=$run/data FORGE_DEMO=true "$FORGE_BIN" >"$run/address" 2>"$run/log" &
  server=$!
  trap 'kill "$server" || true; wait; rm -rf "$run"' EXIT
  # The server says its address when it listens.
  for _ in {1..100}; do
    address=$(sed -n 's/^Playbook Forge is at //p' "$run/address")
    [[ -z $address ]] || return 0
    kill -0 "$server" || break
    sleep 0.1
  done
  echo 'the server did not start:' >&2
  cat "$run/log" >&2
  exit 1
}
