#!/usr/bin/env bash
# Installs what building the project needs and is not there yet; with --browser also what the tests of the running
# program need (a browser, readers of PDF, and Schemathesis), with --proxies also what the trial of the proxies needs, and
# with --fuzz what the search for texts that no importer survives needs.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

CARGO_LEPTOS=0.3.10
BINARYEN=132.0.0
CARGO_FUZZ=0.13.2
NODE_MAJOR=20
# Held by Cargo.lock, as the tool and the crate must agree.
WASM_BINDGEN=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/"/, "", $3); print $3 }' Cargo.lock)

say() { printf 'setup: %s\n' "$*"; }

fail() {
  say "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null; }

# Runs a command as root, through sudo if need be.
as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

# Installs Debian packages, as root or through sudo.
apt_install() {
  has apt-get || fail "please install: $*"
  say "installing $* with apt"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"
}

# Succeeds when a tool answers --version with this version.
is_version() {
  local tool=$1 version=$2
  has "$tool" && [[ " $("$tool" --version) " == *" $version "* ]]
}

# Builds a tool from crates.io; --force, as cargo's own note may say that it is there when it is not. The build folder is
# kept until the build is through, so that one that was broken off goes on.
cargo_install() {
  local crate=$1 version=$2 opt_level=$3
  shift 3
  say "building $crate $version, which takes some minutes and is done once"
  env CARGO_TARGET_DIR="$FORGE_TOOLS/build" CARGO_INCREMENTAL=0 \
    CARGO_PROFILE_RELEASE_OPT_LEVEL="$opt_level" CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 CARGO_PROFILE_RELEASE_DEBUG=0 \
    "$@" cargo install --locked --force --root "$FORGE_TOOLS" "$crate@$version"
  rm -rf "$FORGE_TOOLS/build"
}

ensure_rust() {
  has rustup || fail 'please install rustup: https://rustup.rs'
  local installed component
  installed=$(rustup component list --installed 2>/dev/null || true)
  for component in clippy rustfmt rust-std-wasm32-unknown-unknown; do
    if [[ $'\n'$installed != *$'\n'"$component"* ]]; then
      say 'installing the Rust toolchain of rust-toolchain.toml'
      rustup toolchain install
      return
    fi
  done
}

ensure_c_compiler() {
  if ! has cc || ! has make || ! has pkg-config; then
    apt_install build-essential pkg-config
  fi
}

ensure_node() {
  if ! has node || ! has npm; then
    fail "please install Node $NODE_MAJOR with npm"
  fi
  local version
  version=$(node --version)
  version=${version#v}
  ((${version%%.*} >= NODE_MAJOR)) || fail "Node $version is too old: $NODE_MAJOR is needed"
}

ensure_cargo_leptos() {
  is_version cargo-leptos "$CARGO_LEPTOS" && return
  # Debian's OpenSSL spares compiling one from source, for which Perl would be needed, too.
  pkg-config --exists openssl || apt_install libssl-dev
  # It mostly waits for cargo, so it is compiled for a fast build and not for a fast tool.
  cargo_install cargo-leptos "$CARGO_LEPTOS" 0 OPENSSL_NO_VENDOR=1
}

ensure_wasm_bindgen() {
  is_version wasm-bindgen "$WASM_BINDGEN" && return
  cargo_install wasm-bindgen-cli "$WASM_BINDGEN" 1
}

# Debian's binaryen is too old for the WASM that this Rust writes. Asking wasm-opt itself for its version takes nearly a
# second, so npm's note is read.
ensure_wasm_opt() {
  local note=$FORGE_TOOLS/lib/node_modules/binaryen/package.json
  grep -qs "\"version\": \"$BINARYEN\"" "$note" && return
  say "installing binaryen $BINARYEN with npm"
  npm install --global --prefix "$FORGE_TOOLS" --no-fund --no-audit "binaryen@$BINARYEN"
}

ensure_browser_tests() {
  # npm writes its own note when the packages are in place.
  if [[ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]]; then
    say 'installing the packages of the browser tests with npm'
    npm ci --prefix end2end --no-fund --no-audit
  fi
  if ! has "${CHROMIUM:-chromium}"; then
    [[ -z ${CHROMIUM:-} ]] || fail "CHROMIUM is $CHROMIUM, which cannot be run"
    apt_install chromium fonts-liberation
  fi
}

# Makes a disk fail, for the tests of that.
ensure_fault_tools() {
  has strace || apt_install strace
}

# The examples of docs/api.md read JSON with it.
ensure_jq() {
  has jq || apt_install jq
}

# Printed reports are read back with what readers have.
ensure_pdf_tools() {
  local tool
  for tool in pdftotext pdfinfo pdfdetach; do
    has "$tool" || { apt_install poppler-utils; break; }
  done
  has qpdf || apt_install qpdf
}

# Debian starts what it installs as a service, which nobody asked for here.
ensure_proxies() {
  local proxy
  for proxy in nginx caddy; do
    PATH=$PATH:/usr/sbin has "$proxy" && continue
    apt_install "$proxy"
    if has systemctl; then
      as_root systemctl disable --now "$proxy"
    fi
  done
}

ensure_fuzzer() {
  # It is asked through cargo, as which it says its version.
  has cargo-fuzz && [[ $(cargo-fuzz fuzz --version) == *" $CARGO_FUZZ" ]] && return
  cargo_install cargo-fuzz "$CARGO_FUZZ" 0
}

# Tools written in Python, by the name of their folder in `end2end`: in a folder of their own, with exactly the packages of the
# list, which is kept beside them as a note.
ensure_python_tools() {
  local name=$1
  local list=end2end/$name/requirements.txt folder=$FORGE_TOOLS/$name
  cmp -s "$list" "$folder/requirements.txt" && return
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3 python3-venv
  say "installing what $name needs with pip"
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement "$list"
  cp "$list" "$folder"
}

ensure_rust
ensure_c_compiler
ensure_node
ensure_cargo_leptos
ensure_wasm_bindgen
ensure_wasm_opt
for also in "$@"; do
  case $also in
    --browser)
      ensure_browser_tests
      ensure_pdf_tools
      ensure_fault_tools
      ensure_jq
      ensure_python_tools schemathesis
      ensure_python_tools clients
      ;;
    --proxies) ensure_proxies ;;
    --fuzz) ensure_fuzzer ;;
    *) fail "unknown: $also" ;;
  esac
done
say 'everything is in place'
