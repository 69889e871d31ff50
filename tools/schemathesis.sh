#!/usr/bin/env bash
# Tries the running release against its own description of its API (OpenAPI), with data good and bad, by Schemathesis:
# every operation, every check, a fixed seed. With FORGE_LONG=1 many times as much. Fails on any finding.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly BIN=$FORGE_TOOLS/schemathesis/bin
SEED=${FORGE_SEED:-7}
examples=50
if [[ ${FORGE_LONG:-} == 1 ]]; then
  examples=500
fi

run=$(mktemp -d)
server=
# shellcheck disable=SC2317 # The trap reaches it.
stop() {
  [[ -z $server ]] || kill "$server" || true
  wait
  rm -rf "$run"
}
trap stop EXIT

cp end2end/schemathesis/* "$run"
touch "$run/address"
FORGE_ADDR=127.0.0.1:0 FORGE_DATA_DIR=$run/data FORGE_DEMO=true "$FORGE_BIN" >"$run/address" 2>"$run/log" &
server=$!
cd "$run"

# The server says its address when it listens.
for _ in {1..100}; do
  address=$(sed -n 's/^Playbook Forge is at //p' address)
  [[ -z $address ]] || break
  kill -0 "$server" || break
  sleep 0.1
done

if [[ -z $address ]]; then
  echo 'schemathesis: the server did not start:' >&2
  cat log >&2
  exit 1
fi

"$BIN/python" prepare.py "$address"
status=0
"$BIN/schemathesis" --config-file schemathesis.toml run openapi.json --url "$address" --checks all \
  --suppress-health-check too_slow --max-examples "$examples" --seed "$SEED" --report-json-path report.json || status=$?
"$BIN/python" reached.py report.json || status=1
if grep -i 'panicked' log; then
  echo 'schemathesis: the server panicked' >&2
  status=1
fi
if ((status != 0)); then
  echo 'schemathesis: what the server said last:' >&2
  tail -n 40 log >&2
fi
exit "$status"
