#!/usr/bin/env bash
# Runs every check and every test, goes on after failures, and ends with the sum as its last line. It fails when
# anything failed.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source tools/count.sh

# One stream: else a late line of the other one could follow the sum.
exec 2>&1

readonly RESULTS=end2end/test-results/results.json
readonly TORTURE=end2end/test-results/torture.json
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT

passed=0
failed=0
report=()

# Runs a command as a step with this name, timed, its output also in LOG. Succeeds when the command does.
step() {
  local name=$1 outcome=ok status=0 start=$SECONDS
  shift
  printf '\n==> %s\n' "$name"
  "$@" 2>&1 | tee "$LOG" || status=$?
  ((status == 0)) || outcome=FAILED
  report+=("$(printf '%-16s %-6s %5d s' "$name" "$outcome" "$((SECONDS - start))")")
  return "$status"
}

# A step that has to work but is no test: it counts only when it fails.
need() {
  step "$@" && return
  failed=$((failed + 1))
  return 1
}

# A step that counts as one test.
check() {
  need "$@" || return 0
  passed=$((passed + 1))
}

# A step that runs tests, counted by a function; `count` names it and what it reads. A runner that fails without a
# failed test, as when its tests do not compile, counts as one.
suite() {
  local count=$1 source=$2 status=0 suite_passed suite_failed
  shift 2
  step "$@" || status=$?
  read -r suite_passed suite_failed < <("$count" "$source") || status=1
  if ((status != 0 && suite_failed == 0)); then
    suite_failed=1
  fi
  passed=$((passed + suite_passed))
  failed=$((failed + suite_failed))
}

# What property tests draw is fixed for a commit, so that it is always green or always red. The long form draws anew
# every time; with the number that it prints, it draws the same again.
if [[ ${FORGE_LONG:-} == 1 ]]; then
  PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
else
  PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-$(sed -n 's/^PROPTEST_RNG_SEED = "\(.*\)"$/\1/p' .cargo/config.toml)}
fi
export PROPTEST_RNG_SEED
printf 'property tests draw from PROPTEST_RNG_SEED=%s\n' "$PROPTEST_RNG_SEED"

browser_tests() {
  (cd end2end && npx playwright test)
}

torture() {
  (cd end2end && FORGE_LONG='' npx playwright test --config torture.config.ts requests)
}

ready=true
need 'tools' tools/setup.sh --browser || ready=false
check 'format' cargo fmt --check
check 'clippy native' cargo clippy --all-targets -- -D warnings
# `frontend` brings the feature `hydrate` of `app` along, so both are checked as the browser gets them.
check 'clippy wasm' cargo clippy -p frontend -p app --target wasm32-unknown-unknown -- -D warnings
if [[ $ready == true ]]; then
  check 'browser types' npm --prefix end2end run types
fi
suite count_cargo "$LOG" 'cargo test' cargo test --no-fail-fast
if [[ ${FORGE_LONG:-} == 1 ]]; then
  check 'fuzz' tools/fuzz.sh
fi
# Without the release there is nothing to browse, and an older one must not stand in for it.
rm -f "$RESULTS" "$TORTURE"
if [[ $ready == true ]] && need 'release build' build_release; then
  suite count_playwright "$RESULTS" 'browser tests' browser_tests
  suite count_playwright "$TORTURE" 'torture' torture
  check 'schemathesis' tools/schemathesis.sh
  check 'clients' tools/clients.sh
  check 'examples' tools/examples.sh
fi

printf '\n'
printf '%s\n' "${report[@]}"
printf 'property tests drew from PROPTEST_RNG_SEED=%s\n' "$PROPTEST_RNG_SEED"
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
