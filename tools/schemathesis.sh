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

start_release
cp end2end/schemathesis/* "$run"
cd "$run"
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
