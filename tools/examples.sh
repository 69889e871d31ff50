#!/usr/bin/env bash
# Runs the examples of docs/api.md as they stand there, language by language, against the release.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly PAGE=$PWD/docs/api.md

# The blocks of one language, one after the other.
blocks() {
  sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$PAGE" | grep -v '^```'
}

start_release
export FORGE=$address
mkdir "$run/sh" "$run/python" "$run/powershell"
blocks sh >"$run/sh/examples.sh"
blocks python >"$run/python/examples.py"
blocks powershell >"$run/powershell/examples.ps1"
(cd "$run/sh" && bash -euo pipefail examples.sh)
(cd "$run/python" && python3 examples.py)
for language in sh python; do
  [[ $(head --bytes 5 "$run/$language/report.pdf") == %PDF- ]] || { echo "examples: $language made no report" >&2 && exit 1; }
done
if command -v pwsh >/dev/null; then
  (cd "$run/powershell" && pwsh -NoProfile -Command '$ErrorActionPreference = "Stop"; . ./examples.ps1')
else
  echo 'examples: those of PowerShell were not run, as there is no pwsh here'
fi
