#!/usr/bin/env bash
# Searches for texts that an importer does not survive, with cargo-fuzz: every target for so many seconds (60, or
# FORGE_FUZZ_SECONDS), or the named ones. What was tried and led somewhere is kept beside the tools and used again.
# A text that breaks an importer is kept, too; the path is printed.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly SECONDS_EACH=${FORGE_FUZZ_SECONDS:-60}
readonly KEPT=$FORGE_TOOLS/fuzz
# As much as one text may take: a megabyte is the limit of an import, half a minute the end of anybody's patience.
readonly LIMITS=(-timeout=30 -rss_limit_mb=1024 -max_len=65536)

tools/setup.sh --fuzz
# Instruments are unstable options, which the pinned compiler takes when it is told to; so no nightly has to be installed.
export RUSTC_BOOTSTRAP=1
cd app/domain
targets=("$@")
((${#targets[@]})) || mapfile -t targets < <(cargo fuzz list)
for target in "${targets[@]}"; do
  printf '\n==> fuzz %s\n' "$target"
  seeds=$KEPT/$target
  mkdir -p "$seeds" "$KEPT/found"
  # Our own playbooks, and the real ones where they are there, to begin with.
  find ../../server/demo ../templates ../../../shared/corpus -type f -size -64k -exec cp -t "$seeds" {} + 2>/dev/null || true
  # Nothing here is unsafe code, so that there is nothing to be found by a sanitizer.
  cargo fuzz run --sanitizer none --target-dir "$CARGO_TARGET_DIR/fuzz" "$target" "$seeds" -- \
    -max_total_time="$SECONDS_EACH" -artifact_prefix="$KEPT/found/" -print_final_stats=1 "${LIMITS[@]}"
done
