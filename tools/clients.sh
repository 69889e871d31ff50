#!/usr/bin/env bash
# Makes clients from the description of the API of the running release, by openapi-python-client and openapi-typescript, and
# plays an incident with each. Fails on any warning of a generator, and on whatever a client cannot read.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly BIN=$FORGE_TOOLS/clients/bin

start_release
curl --silent --fail "$address/api/openapi.json" >"$run/openapi.json"

# What is a file to the generator, which knows JSON and text only.
cat >"$run/config.yaml" <<'END'
project_name_override: forge-client
package_name_override: forge_client
content_type_overrides:
  '*/*': application/octet-stream
  application/pdf: application/octet-stream
  application/openmetrics-text: text/plain
END
(cd "$run" && PATH=$BIN:$PATH "$BIN/openapi-python-client" generate --path openapi.json --config config.yaml \
  --output-path python --meta none --fail-on-warning)
mkdir "$run/path" && mv "$run/python" "$run/path/forge_client"
PYTHONPATH=$run/path "$BIN/python" end2end/clients/incident.py "$address"

mkdir "$run/typescript"
npx --prefix end2end openapi-typescript "$run/openapi.json" --output "$run/typescript/forge.ts"
cp end2end/clients/incident.ts "$run/typescript"
printf '{"type": "module"}\n' >"$run/typescript/package.json"
ln -s "$PWD/end2end/node_modules" "$run/typescript/node_modules"
npx --prefix end2end tsc --strict --target es2022 --module nodenext --types node --typeRoots "$PWD/end2end/node_modules/@types" --allowImportingTsExtensions --rewriteRelativeImportExtensions \
  --outDir "$run/typescript/out" "$run/typescript/incident.ts"
node "$run/typescript/out/incident.js" "$address"
